import fc from 'fast-check';
import { anySketches, buildHistory, type History } from './any-history.js';

/** Holds a property against histories; `also` draws what it needs beside each of them. */
export interface ForAnyHistory {
  (hold: (history: History) => void): void;
  <T>(hold: (history: History, drawn: T) => void, options: { readonly also: fc.Arbitrary<T> }): void;
}

/**
 * Histories for several properties, each built once. Every property sees all of them, and is shrunk by itself where it does not
 * hold.
 */
export function drawHistories(numRuns: number): ForAnyHistory {
  // The same seed draws the same histories again, which are known by what was drawn.
  const seed = Math.floor(Math.random() * 2 ** 32);
  const built = new Map<string, History>();
  const historyOf = (sketches: Parameters<typeof buildHistory>[0]): History => {
    const key = JSON.stringify(sketches);
    const history = built.get(key) ?? buildHistory(sketches);
    built.set(key, history);
    return history;
  };
  return <T>(
    hold: (history: History, drawn: T) => void,
    { also }: { also: fc.Arbitrary<T | null> } = { also: fc.constant(null) },
  ) => {
    fc.assert(
      fc.property(anySketches, also, (sketches, drawn) => {
        hold(historyOf(sketches), drawn as T);
      }),
      { numRuns, seed },
    );
  };
}
