/**
 * Work in small steps, none of them longer than a few milliseconds: between two of them whoever runs it may do something else. What
 * it comes to does not hang on when they are taken.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Takes all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
