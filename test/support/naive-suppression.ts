import type { Alert, Suppression } from '../../src/domain/alert/alert.js';
import { compileLabelMatchers } from '../../src/domain/alert/label-matcher.js';
import type { Matcher } from '../../src/domain/alert/matcher.js';
import { matches } from '../../src/domain/alert/matches.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import { isOpen } from '../../src/domain/incident/lifecycle.js';
import type { InhibitionRule, MaintenanceWindow, RuleSet } from '../../src/domain/rules/rule-set.js';
import { alertSubject } from '../../src/domain/triage/alert-subject.js';
import { serviceOf } from '../../src/domain/triage/bind.js';
import type { Silence } from '../../src/domain/triage/silence.js';

interface World {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  readonly rules: RuleSet;
  readonly at: number;
}

/** What holds an alert back, found by looking at everything there is: `kind id`, in order. What the engine must agree with. */
export function naiveSuppression(alert: Alert, world: World): string[] {
  const windows = windowsAbout(alert, world)
    .filter(({ effect }) => effect === 'suppress')
    .map(({ ref }) => `maintenance ${ref.id}`);
  const silences = world.silences
    .filter((silence) => silence.state === 'active' && silenceMatches(silence, alert))
    .map(({ id }) => `silence ${id}`)
    .sort();
  const inhibitions = world.rules.inhibitions
    .filter((rule) => world.alerts.some((other) => mutes(rule, { other, alert, world })))
    .map(({ ref }) => `inhibition ${ref.id}`);
  const hold = alert.hold === null ? [] : [`hold ${alert.hold.rule.id}`];
  return [...windows, ...silences, ...inhibitions, ...hold];
}

/** The ids of the windows that leave it to people. */
export function naiveMarks(alert: Alert, world: World): string[] {
  return windowsAbout(alert, world)
    .filter(({ effect }) => effect !== 'suppress')
    .map(({ ref }) => ref.id);
}

function windowsAbout(alert: Alert, world: World): readonly MaintenanceWindow[] {
  return world.rules.maintenance
    .filter(({ times }) => times.spanAt(world.at) !== null)
    .filter(({ match, keep }) => holds(match, alert, world) && !(keep !== null && holds(keep, alert, world)));
}

/**
 * Open incidents in which an alert may be shown because an attaching rule explains it: those of what explains it by the first
 * rule, and of the deepest service, that has any.
 */
export function naiveRoots(
  alert: Alert,
  world: World & { readonly incidents: readonly Incident[] },
): readonly string[] {
  const open = new Map(world.incidents.filter(isOpen).map((incident) => [incident.id, incident]));
  const takes = (id: string | null): id is string =>
    id !== null && open.get(id)?.splitOff.includes(alert.fingerprint) === false;
  for (const rule of world.rules.inhibitions.filter(({ effect }) => effect === 'attach'))
    for (const key of keysOf('mute', rule, { alert, world })) {
      const sources = world.alerts.filter((other) => mutesUnder(rule, { other, alert, key, world }));
      const incidents = sources.map(({ incident }) => incident).filter(takes);
      if (incidents.length > 0) return incidents;
    }
  return [];
}

export const inShort = (reasons: readonly Suppression[]): string[] =>
  reasons.map(({ kind, id }) => `${kind} ${id}`);

function silenceMatches(silence: Silence, alert: Alert): boolean {
  const compiled = compileLabelMatchers(silence.matchers);
  return compiled.ok && compiled.matches(alert.labels);
}

function mutes(rule: InhibitionRule, pair: { other: Alert; alert: Alert; world: World }): boolean {
  const { alert, world } = pair;
  return keysOf('mute', rule, { alert, world }).some((key) => mutesUnder(rule, { ...pair, key }));
}

function mutesUnder(
  rule: InhibitionRule,
  pair: { other: Alert; alert: Alert; key: string; world: World },
): boolean {
  const { other, alert, key, world } = pair;
  if (other === alert || !isOn('mute', rule, { alert, world })) return false;
  const linger = other.lingers?.find((one) => one.key === key);
  const fires = isUnder('when', rule, { alert: other, key, world });
  if (!fires && linger === undefined) return false;
  const bothSides = isTwoSided(rule, other, { key, world }) || (!fires && linger?.twoSided === true);
  return !bothSides || !isTwoSided(rule, alert, { key, world });
}

function isTwoSided(
  rule: InhibitionRule,
  alert: Alert,
  { key, world }: { key: string; world: World },
): boolean {
  const linger = alert.lingers?.find((one) => one.key === key);
  const isTarget = isUnder('mute', rule, { alert, key, world });
  const isSource = isUnder('when', rule, { alert, key, world });
  return (isTarget && (isSource || linger !== undefined)) || (!isSource && linger?.twoSided === true);
}

function isUnder(
  side: 'when' | 'mute',
  rule: InhibitionRule,
  { alert, key, world }: { alert: Alert; key: string; world: World },
): boolean {
  return isOn(side, rule, { alert, world }) && keysOf(side, rule, { alert, world }).includes(key);
}

function isOn(
  side: 'when' | 'mute',
  rule: InhibitionRule,
  { alert, world }: { alert: Alert; world: World },
): boolean {
  return alert.status === 'firing' && holds(rule[side], alert, world);
}

function holds(matcher: Matcher, alert: Alert, world: World): boolean {
  return matches(matcher, alertSubject(alert, serviceOf(alert, world.rules)), world.at);
}

/** Along dependencies a source has the key of its service, and a target those of all that its service stands on. */
function keysOf(
  side: 'when' | 'mute',
  rule: InhibitionRule,
  { alert, world }: { alert: Alert; world: World },
): readonly string[] {
  const asKey = (...values: readonly unknown[]): string =>
    JSON.stringify([rule.ref.id, rule.stateHash, ...values.map(String)]);
  if (rule.explainers !== null) {
    const { service } = alert;
    if (service === null) return [];
    return side === 'when' ? [asKey(service)] : (rule.explainers.get(service) ?? []).map((one) => asKey(one));
  }
  const subject = alertSubject(alert, serviceOf(alert, world.rules));
  const values = rule.equal.map((field) => subject.read(field));
  return values.includes(undefined) ? [] : [asKey(...values)];
}
