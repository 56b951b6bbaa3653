import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Clock, ExternalTopics } from './ports.js';
import type { Emit } from './telemetry-events.js';

/** How often the rules in force are looked at, in ms. */
const lookMs = 500;

/**
 * Has the topics read that the rules in force name, from the start on and after every reload. Without topics of others (there are no
 * brokers) it only tells that nothing is read.
 */
export function followIntake(world: {
  readonly rules: { current(): Pick<RuleSet, 'intake'> };
  readonly topics: Pick<ExternalTopics, 'follow' | 'close'> | null;
  readonly clock: Clock;
  readonly emit: Emit;
}): { readonly stop: () => Promise<void> } {
  const { rules, topics, clock, emit } = world;
  let followed: RuleSet['intake'] | null = null;
  let cancel: () => void = () => undefined;

  const look = (): void => {
    const { intake } = rules.current();
    if (intake !== followed) {
      followed = intake;
      if (topics !== null) topics.follow(intake);
      else if (intake.size > 0) emit({ kind: 'topics-unread', topics: [...intake.keys()] });
    }
    cancel = clock.after(lookMs, look);
  };
  look();
  return {
    stop: async () => {
      cancel();
      await topics?.close();
    },
  };
}
