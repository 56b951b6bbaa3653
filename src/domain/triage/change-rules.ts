import { isWords, readsWords } from '../rules/reads-words.js';
import type { RuleSet } from '../rules/rule-set.js';
import { placeAllAlerts } from './inhibit.js';
import { unsettleTarget } from './inhibition-index.js';
import { judgeAgain } from './judge-again.js';
import { armWindows } from './ring-window.js';
import { isExplained } from './root-incident.js';
import type { ShardState } from './shard-state.js';
import { warmAnew } from './warm-anew.js';

/**
 * From now on the shard is judged by these rules. Where what suppresses has changed, it is judged again at once; everything
 * else with its next word.
 */
export function changeRules(state: ShardState, rules: RuleSet): void {
  const before = state.rules;
  state.warming = warmAnew(state, rules);
  state.rules = rules;
  state.rulesHash = rules.hash;
  state.brokenRules = new Map();
  // The first rules of a log say it for good.
  if (state.shard === 0 && state.shards > 1)
    state.spread ??= { shards: state.shards, by: rules.partition.by };
  state.wordsMatter = judgesWords(rules);
  state.attaching = attachingOf(rules);
  if (!state.rulesHistory.includes(rules.hash)) state.rulesHistory.push(rules.hash);
  if (before?.suppressionHash === rules.suppressionHash) return;
  armWindows(state);
  placeAllAlerts(state);
  judgeAgain(state, state.alerts.values(), 'rules');
  for (const { attached, fingerprint, suppressedBy } of state.alerts.values())
    if (attached || isExplained(state, suppressedBy)) unsettleTarget(state.inhibition, fingerprint);
}

/** A new owner of the shard goes on with the rules in force. */
export function resumeRules(state: ShardState, rules: RuleSet): void {
  state.rules = rules;
  state.wordsMatter = judgesWords(rules);
  state.attaching = attachingOf(rules);
  armWindows(state);
  placeAllAlerts(state);
}

function attachingOf({ inhibitions }: RuleSet): ReadonlySet<string> {
  return new Set(inhibitions.filter(({ effect }) => effect === 'attach').map(({ ref }) => ref.id));
}

function judgesWords({ maintenance, inhibitions }: RuleSet): boolean {
  return (
    maintenance.some(({ match, keep }) => readsWords(match) || (keep !== null && readsWords(keep))) ||
    inhibitions.some(({ when, mute, equal }) => readsWords(when) || readsWords(mute) || equal.some(isWords))
  );
}
