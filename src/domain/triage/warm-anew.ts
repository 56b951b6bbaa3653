import { isOpen } from '../incident/lifecycle.js';
import { findWarming, type WarmingRule } from '../rules/find-warming.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { Warming } from './rule-troubles.js';
import type { ShardState } from './shard-state.js';

/** The rules that begin anew once `after` is in force: by this change, or by an earlier one that may still be felt. */
export function warmAnew(state: ShardState, after: RuleSet): readonly Warming[] {
  const { at, rules: before } = state;
  const begun = warmingSince(before === null ? [] : findWarming(before, after), at);
  const isAnew = (one: Warming): boolean => begun.some(({ kind, id }) => kind === one.kind && id === one.id);
  const others = state.warming.filter((one) => !isAnew(one) && isFelt(state, one, after));
  return [...others, ...begun];
}

export function warmingSince(rules: readonly WarmingRule[], since: number): readonly Warming[] {
  return rules.map(({ kind, ref, forMs }) => ({
    ...{ kind, id: ref.id, since },
    until: forMs === null ? null : since + forMs,
  }));
}

function isFelt(state: ShardState, { kind, id, until }: Warming, { groups, inhibitions }: RuleSet): boolean {
  const rule = (kind === 'group' ? groups : inhibitions).find(({ ref }) => ref.id === id);
  if (rule === undefined) return false;
  if (until !== null) return until > state.at;
  return [...state.incidents.values()].some(
    (incident) =>
      isOpen(incident) && incident.group?.rule === id && incident.group.stateHash !== rule.stateHash,
  );
}
