import type { Alert, Linger, Suppression } from '../alert/alert.js';
import type { FieldValue } from '../alert/matcher.js';
import { matches } from '../alert/matches.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import {
  createInhibitionIndex,
  giveRoles,
  partOf,
  reasonIn,
  scopeOf,
  scopeOfKey,
  type Role,
  type Scope,
} from './inhibition-index.js';
import { putAlert, rulesOf, type ShardState } from './shard-state.js';

const noReasons: readonly Suppression[] = [];
const noScopes: readonly Scope[] = [];

/** Stage inhibit: every rule by which another alert mutes this one. */
export function applyInhibitions(state: ShardState, { fingerprint }: Alert): readonly Suppression[] {
  const scopes = state.inhibition.byAlert.get(fingerprint);
  if (scopes === undefined) return noReasons;
  return scopes.map((scope) => reasonIn(scope, fingerprint)).filter((reason) => reason !== null);
}

/**
 * Notes whom an alert mutes and by whom it may be muted, after it came, changed or ended. Returns the scopes in which the
 * first source came or the last one went: those muted there have to be judged again. Whether a source is suppressed itself
 * makes no difference.
 */
export function placeAlert(state: ShardState, alert: Alert): readonly Scope[] {
  if (rulesOf(state).inhibitions.length === 0 && alert.lingers === null) return noScopes;
  const roles = alert.status === 'firing' ? liveRoles(state, alert) : [];
  const lingers = lingersOf(state, alert, roles);
  for (const linger of lingers ?? []) addLingering(state, roles, linger);
  if (!isSame(alert.lingers, lingers)) {
    alert.lingers = lingers;
    putAlert(state, alert);
  }
  return giveRoles(state.inhibition, alert.fingerprint, roles);
}

/** Builds the index anew, from the alerts and the rules in force. */
export function placeAllAlerts(state: ShardState): void {
  state.inhibition = createInhibitionIndex();
  for (const alert of state.alerts.values()) {
    if (alert.status === 'firing' || alert.lingers !== null) placeAlert(state, alert);
  }
}

/** The roles of an alert that fires, in the rules' order. */
function liveRoles(state: ShardState, alert: Alert): Role[] {
  const rules = rulesOf(state);
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const roles: Role[] = [];
  for (const rule of rules.inhibitions) {
    const mutes = matches(rule.when, subject, state.at);
    const muted = matches(rule.mute, subject, state.at);
    if (!mutes && !muted) continue;
    const values = rule.equal.map((field) => subject.read(field));
    if (!hasAll(values)) continue;
    const part = partOf({ mutes, muted, twoSided: mutes && muted });
    roles.push({ scope: scopeOf(state.inhibition, rule, values), part });
  }
  return roles;
}

/** A missing value is equal to nothing, not even to another missing one. */
function hasAll(values: readonly (FieldValue | undefined)[]): values is readonly FieldValue[] {
  return !values.includes(undefined);
}

/** What the alert goes on muting although it is no source any more: what it has begun with, and what it stops being now. */
function lingersOf(state: ShardState, alert: Alert, live: readonly Role[]): readonly Linger[] | null {
  const isLive = (key: string): boolean => live.some(({ scope, part }) => part.mutes && scope.key === key);
  const known = alert.lingers ?? [];
  const lingers = known.filter(({ key, until }) => until > state.at && !isLive(key));
  for (const { rule, key, members } of state.inhibition.byAlert.get(alert.fingerprint) ?? noScopes) {
    const part = members.get(alert.fingerprint);
    if (part?.mutes !== true || rule.holdAfterClearMs === 0) continue;
    if (!isLive(key) && !known.some((one) => one.key === key))
      lingers.push({ key, twoSided: part.twoSided, until: state.at + rule.holdAfterClearMs });
  }
  return lingers.length === 0 ? null : lingers;
}

function isSame(a: readonly Linger[] | null, b: readonly Linger[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every(({ key }, i) => key === b[i]?.key);
}

/** A former source that is a target by now counts as on both sides. */
function addLingering(state: ShardState, roles: Role[], { key, twoSided }: Linger): void {
  const scope = scopeOfKey(state.inhibition, rulesOf(state).inhibitions, key);
  if (scope === null) return;
  const at = roles.findIndex((role) => role.scope === scope);
  const muted = at >= 0;
  roles.splice(muted ? at : roles.length, muted ? 1 : 0, {
    scope,
    part: partOf({ mutes: true, muted, twoSided: twoSided || muted }),
  });
}
