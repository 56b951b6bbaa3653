import type { Alert, Suppression } from '../../src/domain/alert/alert.js';
import { compileLabelMatchers } from '../../src/domain/alert/label-matcher.js';
import type { Matcher } from '../../src/domain/alert/matcher.js';
import { matches } from '../../src/domain/alert/matches.js';
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

export const inShort = (reasons: readonly Suppression[]): string[] =>
  reasons.map(({ kind, id }) => `${kind} ${id}`);

function silenceMatches(silence: Silence, alert: Alert): boolean {
  const compiled = compileLabelMatchers(silence.matchers);
  return compiled.ok && compiled.matches(alert.labels);
}

function mutes(rule: InhibitionRule, pair: { other: Alert; alert: Alert; world: World }): boolean {
  const { other, alert, world } = pair;
  const key = keyOf(rule, alert, world);
  if (other === alert || key === null || !isOn('mute', rule, { alert, world })) return false;
  const linger = other.lingers?.find((one) => one.key === key);
  const fires = keyOf(rule, other, world) === key && isOn('when', rule, { alert: other, world });
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
  const isTarget = isOn('mute', rule, { alert, world }) && keyOf(rule, alert, world) === key;
  const isSource = isOn('when', rule, { alert, world }) && keyOf(rule, alert, world) === key;
  return (isTarget && (isSource || linger !== undefined)) || (!isSource && linger?.twoSided === true);
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

function keyOf(rule: InhibitionRule, alert: Alert, world: World): string | null {
  const subject = alertSubject(alert, serviceOf(alert, world.rules));
  const values = rule.equal.map((field) => subject.read(field));
  return values.includes(undefined)
    ? null
    : JSON.stringify([rule.ref.id, rule.stateHash, ...values.map(String)]);
}
