import type { Alert, Suppression } from '../../alert/alert.js';
import { compileLabelMatchers, formatLabelMatcher } from '../../alert/label-matcher.js';
import type { Field, MatchSubject } from '../../alert/matcher.js';
import { formatField } from '../../rules/field.js';
import { recordMatch } from '../../rules/record-match.js';
import type { InhibitionRule, MaintenanceWindow } from '../../rules/rule-set.js';
import { alertSubject } from '../alert-subject.js';
import type { ActiveSilence } from '../apply-silences.js';
import { serviceOf } from '../bind.js';
import { rolesOncePlaced } from '../inhibit.js';
import { findScope, othersThatMute, type Role } from '../inhibition-index.js';
import { membersOf } from '../one-or-many.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import { reasonsToSuppress } from '../suppress.js';
import type { InhibitionTry, MaintenanceTry, SilenceTry, TracedSuppression } from './decision-trace.js';
import { ruleTry, type ReasonCode } from './rule-try.js';

/** So many alerts that mute one are named. */
const mostSources = 10;

/** What holds the alert back, and what looked at it and does not. Writes nothing. */
export function traceSuppression(state: ShardState, alert: Alert): TracedSuppression {
  const rules = rulesOf(state);
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const roles = rolesOncePlaced(state, alert);
  const inhibitions = rules.inhibitions.map((rule) => tryInhibition(state, rule, { alert, subject, roles }));
  const isMuted = new Set(
    inhibitions.filter(({ verdict }) => verdict === 'matched').map(({ rule }) => rule.id),
  );
  const stands = ({ kind, id }: Suppression): boolean => kind !== 'inhibition' || isMuted.has(id);
  return {
    maintenance: rules.maintenance.map((window) => tryWindow(window, subject, state.at)),
    silences: [...state.silences.values()]
      .filter(({ silence }) => silence.state === 'active')
      .map((active) => trySilence(active, alert)),
    inhibitions,
    hold: alert.hold,
    suppressedBy: reasonsToSuppress(state, alert, roles).filter(stands),
  };
}

function tryWindow(window: MaintenanceWindow, subject: MatchSubject, at: number): MaintenanceTry {
  const { times, keep, effect } = window;
  const base = ruleTry(window, recordMatch(window.match, subject, at));
  const kept = keep === null ? null : recordMatch(keep, subject, at);
  const reason: ReasonCode | null =
    times.spanAt(at) === null
      ? 'out_of_schedule'
      : (base.reason ?? (kept?.holds === true ? 'excepted' : null));
  return { ...base, verdict: reason === null ? 'matched' : 'missed', reason, effect, keep: kept };
}

function trySilence({ silence, matches }: ActiveSilence, alert: Alert): SilenceTry {
  const { id, createdBy, comment, endsAt } = silence;
  const matchers = silence.matchers.map((matcher) => {
    const compiled = compileLabelMatchers([matcher]);
    return { text: formatLabelMatcher(matcher), holds: compiled.ok && compiled.matches(alert.labels) };
  });
  return { id, createdBy, comment, endsAt, holds: matches(alert.labels), matchers };
}

function tryInhibition(
  state: ShardState,
  rule: InhibitionRule,
  asked: { readonly alert: Alert; readonly subject: MatchSubject; readonly roles: readonly Role[] },
): InhibitionTry {
  const { alert, subject, roles } = asked;
  const base = ruleTry(rule, recordMatch(rule.mute, subject, state.at));
  const shared: readonly Field[] = rule.explainers === null ? rule.equal : [ofService];
  const equal = shared.map((field) => {
    const value = subject.read(field);
    return { field: formatField(field), value: value === undefined ? null : String(value) };
  });
  const own = roles.filter((role) => role.rule === rule);
  const others = own.flatMap((role) => othersThatMute(state.inhibition, role, alert.fingerprint));
  const reason =
    others.length > 0 ? null : (base.reason ?? reasonNotMuted(state, equal, { alert, roles: own }));
  return {
    ...base,
    verdict: reason === null ? 'matched' : 'missed',
    reason,
    when: recordMatch(rule.when, subject, state.at),
    effect: rule.effect,
    isSource: own.some(({ mutes }) => mutes),
    equal,
    mutedBy: others.slice(0, mostSources),
  };
}

/** What decides along dependencies. */
const ofService: Field = { kind: 'alert', name: 'service' };

function reasonNotMuted(
  state: ShardState,
  equal: InhibitionTry['equal'],
  { alert, roles }: { readonly alert: Alert; readonly roles: readonly Role[] },
): ReasonCode {
  if (equal.some(({ value }) => value === null)) return 'missing_field';
  const isOnlySource = roles.some(({ mutes, twoSided }) => mutes && twoSided);
  const isInScope = roles.some((role) => {
    const scope = findScope(state.inhibition, role);
    return [...membersOf(scope?.sources), ...membersOf(scope?.twoSided)].includes(alert.fingerprint);
  });
  return isOnlySource || isInScope ? 'mutes_itself' : 'no_source_fires';
}
