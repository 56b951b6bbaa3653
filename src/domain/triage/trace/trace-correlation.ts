import type { Alert } from '../../alert/alert.js';
import type { MatchSubject } from '../../alert/matcher.js';
import { recordMatch } from '../../rules/record-match.js';
import type { GroupRule } from '../../rules/rule-set.js';
import { alertSubject } from '../alert-subject.js';
import { serviceOf } from '../bind.js';
import type { Correlation } from '../correlate.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import type { TracedCorrelation } from './decision-trace.js';
import { notAsked, ruleTry, tooLate, type RuleTry } from './rule-try.js';

/** Which rules were asked for what `correlate` decided. Writes nothing. */
export function traceCorrelation(
  state: ShardState,
  alert: Alert,
  correlation: Correlation,
): TracedCorrelation {
  const rules = rulesOf(state);
  const { kind, reason } = correlation;
  const incident = 'incident' in correlation ? correlation.incident.id : null;
  const window =
    kind === 'open' ? correlation.group : 'incident' in correlation ? correlation.incident.group : null;
  return {
    kind,
    reason,
    rule: 'rule' in correlation ? (correlation.rule?.ref ?? null) : null,
    incident,
    key: window?.key ?? [],
    tries: asksNoRule(correlation)
      ? notAsked(rules.groups)
      : tryGroups(rules.groups, alertSubject(alert, serviceOf(alert, rules)), state.at),
  };
}

/** What an alert is part of already is not asked of rules again. */
function asksNoRule({ reason }: Correlation): boolean {
  return (
    reason === 'still-member' ||
    reason === 'explained' ||
    reason === 'resolved-by-person' ||
    reason === 'fired-again'
  );
}

function tryGroups(groups: readonly GroupRule[], subject: MatchSubject, at: number): readonly RuleTry[] {
  const tries: RuleTry[] = [];
  for (const rule of groups) {
    const one = ruleTry(rule, recordMatch(rule.match, subject, at));
    tries.push(one);
    if (one.verdict === 'matched') break;
  }
  return [...tries, ...tooLate(groups.slice(tries.length), ({ match }) => recordMatch(match, subject, at))];
}
