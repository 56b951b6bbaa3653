import type { RuleRef } from '../alert/rule-ref.js';
import type { RuleSet } from './rule-set.js';

/** A rule that came to be another one by a change of the rules: what it had gathered was for the old one. */
export interface WarmingRule {
  readonly ref: RuleRef;
  readonly kind: 'group' | 'inhibition';
  /** What it knows no more, in a sentence. */
  readonly loses: string;
  /** So long, in ms, it may be felt; null: as long as incidents stay open. */
  readonly forMs: number | null;
}

/** What a rule of a kind knows no more. */
export const losses: Readonly<Record<WarmingRule['kind'], string>> = {
  group: 'Incidents that it opened before take in nothing new: the next alert of a key opens another.',
  inhibition: 'What it held back after its cause had cleared is held back no longer.',
};

/**
 * Rules of one id whose shape is not what it was (`stateHash`). All others carry on with what they have: titles, what they write
 * and their place in the files shape nothing.
 */
export function findWarming(before: RuleSet, after: RuleSet): readonly WarmingRule[] {
  const groups = changed(before.groups, after.groups).map(({ was, ref }): WarmingRule => ({
    ...{ ref, kind: 'group', forMs: was.maxAgeMs },
    loses: losses.group,
  }));
  const inhibitions = changed(before.inhibitions, after.inhibitions)
    .filter(({ was }) => was.holdAfterClearMs > 0)
    .map(({ was, ref }): WarmingRule => ({
      ...{ ref, kind: 'inhibition', forMs: was.holdAfterClearMs },
      loses: losses.inhibition,
    }));
  return [...groups, ...inhibitions];
}

interface Shaped {
  readonly ref: RuleRef;
  readonly stateHash: string;
}

function changed<R extends Shaped>(before: readonly R[], after: readonly R[]): { was: R; ref: RuleRef }[] {
  const old = new Map(before.map((rule) => [rule.ref.id, rule]));
  return after.flatMap(({ ref, stateHash }) => {
    const was = old.get(ref.id);
    return was === undefined || was.stateHash === stateHash ? [] : [{ was, ref }];
  });
}
