import type { Alert } from '../alert/alert.js';
import type { MatchSubject } from '../alert/matcher.js';
import { reportOf } from '../alert/person-report.js';
import type { GroupWindow, Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import type { GroupRule, InhibitionRule } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { endOfMerges } from './end-of-merges.js';
import { serviceOf } from './bind.js';
import type { Signal } from './deduplicate.js';
import { isOpenWindow } from './group-window.js';
import { walkRules } from './walk-rules.js';
import { isExplained, rootIncident } from './root-incident.js';
import { ruleHolds } from './rule-holds.js';
import { groupKeyOf, rulesOf, type ShardState } from './shard-state.js';

/** Where an alert belongs, and why. */
export type Correlation =
  /** It stays in or joins this incident. */
  | {
      readonly kind: 'join';
      readonly incident: Incident;
      readonly rule: GroupRule | null;
      readonly reason: 'still-member' | 'same-group';
    }
  /** What explains it is in trouble there: it is shown with it. */
  | {
      readonly kind: 'join';
      readonly incident: Incident;
      readonly rule: InhibitionRule;
      readonly reason: 'explained';
    }
  /** The incident was resolved a short while ago: it goes on. */
  | {
      readonly kind: 'reopen';
      readonly incident: Incident;
      readonly rule: GroupRule | null;
      readonly reason: 'fired-again' | 'same-group';
    }
  | {
      readonly kind: 'open';
      readonly group: GroupWindow | null;
      readonly rule: GroupRule | null;
      readonly reason: 'no-open-group' | 'group-full' | 'no-rule' | 'split-off';
    }
  /** The group is full: counted there, attached nowhere. */
  | {
      readonly kind: 'count';
      readonly incident: Incident;
      readonly rule: GroupRule;
      readonly reason: 'group-full';
    }
  /** Suppressed, and no open incident of its group to be a muted member of. */
  | { readonly kind: 'none'; readonly reason: 'suppressed' }
  /** A person resolved it knowing that this occurrence fired; nothing is told again. */
  | { readonly kind: 'none'; readonly reason: 'resolved-by-person' };

/**
 * True where the alert's occurrence began after the end of the incident that it was part of before, so that it has no
 * incident yet: a silence held it back.
 */
export function wasHeldBack(state: ShardState, alert: Alert): boolean {
  const own = ownIncident(state, alert);
  if (own === undefined || alert.attached) return true;
  return own.resolvedAt !== null && alert.receivedAt > own.resolvedAt;
}

/** What nothing explains any more has left the incident of what did. */
function ownIncident(state: ShardState, { attached, incident, suppressedBy }: Alert): Incident | undefined {
  if (incident === null || (attached && !isExplained(state, suppressedBy))) return undefined;
  return state.incidents.get(incident);
}

/** True of what a full group only counted, while that incident is open. */
export function isCounted(state: ShardState, alert: Alert): boolean {
  const counting = alert.countedIn === null ? undefined : state.incidents.get(alert.countedIn);
  return counting !== undefined && isOpen(counting);
}

/** False of what a full group only counted: once that incident is over, its next word has to open another. */
export function isOwned(state: ShardState, known: Alert): boolean {
  return known.incident !== null || known.suppressedBy.length > 0 || isCounted(state, known);
}

/** Stage correlate: the incident that the alert is part of. `said` is what the message that led here means. */
export function correlate(state: ShardState, alert: Alert, said: Signal): Correlation {
  const own = ownIncident(state, alert);
  const begins = said === 'new-occurrence' || wasHeldBack(state, alert);
  const isMember = own !== undefined && isOpen(own);
  if (isMember && !alert.attached) return { kind: 'join', incident: own, rule: null, reason: 'still-member' };
  if (own !== undefined && !begins && own.resolvedReason === 'person')
    return { kind: 'none', reason: 'resolved-by-person' };
  const muted = alert.suppressedBy.length > 0;
  const root = muted && !isCounted(state, alert) ? rootIncident(state, alert) : null;
  if (root !== null && root.incident.id !== own?.id) return { kind: 'join', ...root, reason: 'explained' };
  if (isMember) return { kind: 'join', incident: own, rule: null, reason: 'still-member' };
  if (own !== undefined && !muted && mayReopen(state, own, begins)) {
    return { kind: 'reopen', incident: own, rule: null, reason: 'fired-again' };
  }
  const rule = groupRuleFor(state, alert);
  if (rule === null)
    return muted
      ? { kind: 'none', reason: 'suppressed' }
      : { kind: 'open', group: null, rule, reason: 'no-rule' };
  const window = newWindow(state, alert, rule);
  const gathering = findGathering(state, window, rule);
  if (gathering === null) {
    return muted
      ? { kind: 'none', reason: 'suppressed' }
      : { kind: 'open', group: window, rule, reason: 'no-open-group' };
  }
  if (gathering.splitOff.includes(alert.fingerprint)) {
    return muted
      ? { kind: 'none', reason: 'suppressed' }
      : { kind: 'open', group: null, rule: null, reason: 'split-off' };
  }
  return intoGroup(state, { alert, gathering, rule, window, muted });
}

function intoGroup(
  state: ShardState,
  into: { alert: Alert; gathering: Incident; rule: GroupRule; window: GroupWindow; muted: boolean },
): Correlation {
  const { alert, gathering, rule, window, muted } = into;
  // A person who is only counted would never hear of it again: what a full group keeps out are machines.
  if (isFull(state, gathering, rule) && reportOf(alert) === null) {
    if (rule.overflow === 'count' && isOpen(gathering))
      return { kind: 'count', incident: gathering, rule, reason: 'group-full' };
    return muted
      ? { kind: 'none', reason: 'suppressed' }
      : { kind: 'open', group: window, rule, reason: 'group-full' };
  }
  if (isOpen(gathering)) return { kind: 'join', incident: gathering, rule, reason: 'same-group' };
  if (muted) return { kind: 'none', reason: 'suppressed' };
  return mayReopen(state, gathering, true)
    ? { kind: 'reopen', incident: gathering, rule, reason: 'same-group' }
    : { kind: 'open', group: window, rule, reason: 'no-open-group' };
}

/** What is only attached takes no room from what is there of its own. */
function isFull(state: ShardState, { id, alertCount }: Incident, { maxAlerts }: GroupRule): boolean {
  if (alertCount < maxAlerts) return false;
  let attached = 0;
  for (const fingerprint of state.members.get(id) ?? [])
    if (state.alerts.get(fingerprint)?.attached === true) attached += 1;
  return alertCount - attached >= maxAlerts;
}

/** A new occurrence reopens a resolved incident for a while; one that was thought over and fires on, at once. */
function mayReopen(state: ShardState, incident: Incident, begins: boolean): boolean {
  if (incident.state !== 'resolved') return false;
  if (!begins) return true;
  return incident.reopenUntil !== null && state.at <= incident.reopenUntil;
}

function groupRuleFor(state: ShardState, alert: Alert): GroupRule | null {
  const rules = rulesOf(state);
  const subject = alertSubject(alert, serviceOf(alert, rules));
  const walk = walkRules(rules.groups, rules.indexes.groups);
  for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
    if (ruleHolds(state, rule, subject)) return rule;
  }
  return null;
}

/** The window that would begin now. An alert that lacks a field of the key, or has a stop value there, is a group of its own. */
function newWindow(state: ShardState, alert: Alert, rule: GroupRule): GroupWindow {
  const key = groupValues(alertSubject(alert, serviceOf(alert, rulesOf(state))), rule);
  return {
    rule: rule.ref.id,
    stateHash: rule.stateHash,
    key: key ?? [alert.fingerprint],
    sole: key === null,
    mode: rule.mode,
    until: rule.maxAgeMs === null ? null : state.at + rule.maxAgeMs,
    lastSeenAt: state.at,
    overflow: 0,
  };
}

function groupValues(subject: MatchSubject, rule: GroupRule): readonly string[] | null {
  const values: string[] = [];
  for (const [i, field] of rule.by.entries()) {
    const value = subject.read(field);
    if (value === undefined || rule.stopValues[i]?.has(String(value)) === true) return null;
    values.push(String(value));
  }
  return values;
}

/**
 * The incident that the open window of this key gathers for; null: none is open. What an absorbed incident gathered goes to
 * the one that absorbed it, as long as that one shows signs of life.
 */
function findGathering(state: ShardState, window: GroupWindow, rule: GroupRule): Incident | null {
  const owner = state.incidents.get(state.groups.get(groupKeyOf(window)) ?? '');
  if (owner?.group == null) return null;
  const incident = endOfMerges(state, owner);
  if (incident.state === 'closed') return null;
  const lastSeenAt = Math.max(owner.group.lastSeenAt, incident.group?.lastSeenAt ?? incident.lastAlertAt);
  return isOpenWindow({ ...owner.group, lastSeenAt }, rule.idleMs, state.at) ? incident : null;
}
