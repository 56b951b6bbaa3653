import type { Alert, Linger, Suppression } from '../alert/alert.js';
import type { MatchSubject } from '../alert/matcher.js';
import type { InhibitionRule } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import {
  createInhibitionIndex,
  giveRoles,
  reasonFor,
  takeUnsettled,
  roleIn,
  scopesOf,
  type Role,
  type Scope,
  type Sides,
} from './inhibition-index.js';
import { hasMember } from './one-or-many.js';
import { flagBroken } from './rule-holds.js';
import { formatScopeId, isSameScope, parseScopeId, scopeId } from './scope-id.js';
import { putAlert, rulesOf, type ShardState } from './shard-state.js';

const noReasons: readonly Suppression[] = [];
const noRoles: readonly Role[] = [];
const aSource: Sides = { mutes: true, muted: false, twoSided: false };
const aTarget: Sides = { mutes: false, muted: true, twoSided: false };
const nowhere: Placed = { roles: noRoles, turned: [] };

/** What became of placing an alert. */
export interface Placed {
  readonly roles: readonly Role[];
  /** The scopes in which the first source came or the last one went: those muted there have to be judged again. */
  readonly turned: readonly Scope[];
}

/** Stage inhibit: every rule by which another alert mutes this one. */
export function applyInhibitions(
  state: ShardState,
  alert: Alert,
  roles: readonly Role[] = rolesOf(state, alert),
): readonly Suppression[] {
  let reasons = noReasons;
  for (const role of roles) {
    const reason = reasonFor(state.inhibition, role);
    if (reason === null || reasons.some(({ id }) => id === reason.id)) continue;
    reasons = [...reasons, reason];
  }
  return reasons;
}

/**
 * Notes whom an alert mutes and by whom it may be muted, after it came, changed or ended. Whether a source is suppressed
 * itself makes no difference.
 */
export function placeAlert(state: ShardState, alert: Alert): Placed {
  if (rulesOf(state).inhibitions.length === 0 && alert.lingers === null) return nowhere;
  const live = liveRoles(state, alert);
  const lingers = lingersOf(state, alert, live);
  if (!isSame(alert.lingers, lingers)) {
    alert.lingers = lingers;
    putAlert(state, alert);
  }
  const roles = withLingering(state, alert, live);
  return { roles, turned: giveRoles(state.inhibition, alert, roles) };
}

/** Builds the index anew, from the alerts and the rules in force. */
export function placeAllAlerts(state: ShardState): void {
  state.inhibition = createInhibitionIndex();
  for (const alert of state.alerts.values()) {
    if (alert.status === 'firing' || alert.lingers !== null) placeAlert(state, alert);
  }
  takeUnsettled(state.inhibition);
}

function rolesOf(state: ShardState, alert: Alert): readonly Role[] {
  return withLingering(state, alert, liveRoles(state, alert));
}

/** The roles that the alert would have if it were placed now. Writes nothing. */
export function rolesOncePlaced(state: ShardState, alert: Alert): readonly Role[] {
  if (rulesOf(state).inhibitions.length === 0 && alert.lingers === null) return noRoles;
  const live = liveRoles(state, alert);
  return withLingering(state, { ...alert, lingers: lingersOf(state, alert, live) }, live);
}

/** The roles of an alert that fires, in the rules' order. */
function liveRoles(state: ShardState, alert: Alert): readonly Role[] {
  const rules = rulesOf(state);
  if (rules.inhibitions.length === 0 || alert.status !== 'firing') return noRoles;
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const sides = state.sideFinder.find(subject, rules, (rule, error) => {
    flagBroken(state, rule, error);
  });
  const roles: Role[] = [];
  for (const { rule, mutes, muted } of sides) {
    if (rule.explainers !== null) {
      roles.push(...rolesAlong(rule, alert.service, { mutes, muted }));
      continue;
    }
    const values = valuesOf(rule, subject);
    if (values !== null)
      roles.push(roleIn(scopeId(rule, values), { mutes, muted, twoSided: mutes && muted }));
  }
  return roles;
}

/** A source is one for whatever stands on its service; a target is one of each service that its own stands on. */
function rolesAlong(
  rule: InhibitionRule,
  service: string | null,
  { mutes, muted }: Pick<Role, 'mutes' | 'muted'>,
): readonly Role[] {
  if (service === null) return noRoles;
  const explainers = muted ? (rule.explainers?.get(service) ?? []) : [];
  return [
    ...(mutes ? [roleIn(scopeId(rule, [service]), aSource)] : []),
    ...explainers.map((other) => roleIn(scopeId(rule, [other]), aTarget)),
  ];
}

/** Those of `equal`. null: one is missing, and that is equal to nothing, not even to another missing one. */
function valuesOf({ equal }: InhibitionRule, subject: MatchSubject): readonly string[] | null {
  const values: string[] = [];
  for (const field of equal) {
    const value = subject.read(field);
    if (value === undefined) return null;
    values.push(String(value));
  }
  return values;
}

/** What the alert goes on muting although it is no source any more: what it has begun with, and what it stops being now. */
function lingersOf(state: ShardState, alert: Alert, live: readonly Role[]): readonly Linger[] | null {
  const scopes = scopesOf(state.inhibition, alert.fingerprint);
  if (scopes.length === 0 && alert.lingers === null) return null;
  const mutes = new Set(live.filter((role) => role.mutes).map(formatScopeId));
  const known = alert.lingers ?? [];
  const lingers = known.filter(({ key, until }) => until > state.at && !mutes.has(key));
  for (const scope of scopes) {
    const { holdAfterClearMs } = scope.rule;
    const key = formatScopeId(scope);
    if (holdAfterClearMs === 0 || mutes.has(key) || known.some((one) => one.key === key)) continue;
    const wasTwoSided = hasMember(scope.twoSided, alert.fingerprint);
    lingers.push({ key, twoSided: wasTwoSided, until: state.at + holdAfterClearMs });
  }
  return lingers.length === 0 ? null : lingers;
}

function isSame(a: readonly Linger[] | null, b: readonly Linger[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every(({ key }, i) => key === b[i]?.key);
}

/** A former source that is a target by now counts as on both sides. What a rule of another shape began is over. */
function withLingering(state: ShardState, alert: Alert, live: readonly Role[]): readonly Role[] {
  if (alert.lingers === null) return live;
  const roles = [...live];
  for (const { key, twoSided } of alert.lingers) {
    const scope = parseScopeId(key, rulesOf(state).inhibitions);
    if (scope === null) continue;
    const at = roles.findIndex((role) => isSameScope(role, scope));
    const muted = at >= 0;
    const role = roleIn(scope, { mutes: true, muted, twoSided: twoSided || muted });
    if (muted) roles[at] = role;
    else roles.push(role);
  }
  return roles;
}
