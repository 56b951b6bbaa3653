import type { Alert, Suppression } from '../alert/alert.js';
import { formatField } from '../rules/field.js';
import type { InhibitionRule } from '../rules/rule-set.js';
import { hasMember, membersOf, withMember, withoutMember, type OneOrMany } from './one-or-many.js';

/** What an alert is for a rule, among the alerts that have the values of `equal` in common. */
export interface Role {
  readonly rule: InhibitionRule;
  /** Rule, its shape and the values of `equal`, as JSON. */
  readonly key: string;
  readonly mutes: boolean;
  readonly muted: boolean;
  /** It is, or was when it cleared, on both sides of the rule: it mutes only what is not on both sides too. */
  readonly twoSided: boolean;
}

/** Alerts that mute others with the same values of `equal`, by fingerprint. There is none without any. */
export interface Scope {
  readonly rule: InhibitionRule;
  readonly key: string;
  sources: OneOrMany<string> | undefined;
  twoSided: OneOrMany<string> | undefined;
  /** What every muted one is told; made when the first is. */
  reason: Suppression | null;
}

/**
 * Who mutes whom. Derived from the alerts and the rules in force, never stored: a look-up instead of a search. Most alerts are
 * targets for which nothing fires, so those cost a number each.
 */
export interface InhibitionIndex {
  readonly scopes: Map<string, Scope>;
  /** Fingerprint → the scopes in which it mutes others. */
  readonly bySource: Map<string, OneOrMany<Scope>>;
  /** Number of a key → the alerts that are targets under it; some of another key may have the same number. */
  readonly targets: Map<number, OneOrMany<Alert>>;
  /** Fingerprint → the numbers under which it is a target, each once. */
  readonly byTarget: Map<string, TargetNumbers>;
  /** What has to be looked at before the next entry; null: nothing. Of rules that attach only. */
  unsettled: Unsettled | null;
}

/** Whose root incident may be another one than it was. */
export interface Unsettled {
  /** Keys of scopes whose sources, or the incidents of these, have changed: all their targets. */
  readonly scopes: Set<string>;
  /** Fingerprints of targets. */
  readonly alerts: Set<string>;
}

type TargetNumbers = readonly number[];

const noNumbers: TargetNumbers = [];

export function createInhibitionIndex(): InhibitionIndex {
  return {
    ...{ scopes: new Map(), bySource: new Map(), targets: new Map(), byTarget: new Map() },
    unsettled: null,
  };
}

/** Of a target: why it is held back has changed. */
export function unsettleTarget(index: InhibitionIndex, fingerprint: string): void {
  unsettledOf(index).alerts.add(fingerprint);
}

/** Of a source: it has another incident, or that one was opened or has ended. */
export function unsettleTargetsOf(index: InhibitionIndex, source: string): void {
  for (const scope of membersOf(index.bySource.get(source))) unsettleScope(index, scope);
}

function unsettleScope(index: InhibitionIndex, { rule, key }: Scope): void {
  if (rule.effect === 'attach') unsettledOf(index).scopes.add(key);
}

function unsettledOf(index: InhibitionIndex): Unsettled {
  index.unsettled ??= { scopes: new Set(), alerts: new Set() };
  return index.unsettled;
}

export function takeUnsettled(index: InhibitionIndex): Unsettled | null {
  const taken = index.unsettled;
  index.unsettled = null;
  return taken;
}

/** Gives an alert its roles in place of those that it had. Returns the scopes in which another verdict holds from now on. */
export function giveRoles(index: InhibitionIndex, alert: Alert, roles: readonly Role[]): readonly Scope[] {
  giveTargets(index, alert, roles);
  return giveSources(index, alert.fingerprint, roles);
}

function giveTargets(index: InhibitionIndex, alert: Alert, roles: readonly Role[]): void {
  const before = index.byTarget.get(alert.fingerprint) ?? noNumbers;
  const after = numbersOf(roles);
  for (const number of before) {
    if (!after.includes(number)) put(index.targets, number, withoutMember(index.targets.get(number), alert));
  }
  for (const number of after) {
    if (!before.includes(number)) put(index.targets, number, withMember(index.targets.get(number), alert));
  }
  put(index.byTarget, alert.fingerprint, after.length === 0 ? undefined : after);
}

/** A list of a few numbers takes half the room of a set, if it is cut to its length. */
function numbersOf(roles: readonly Role[]): TargetNumbers {
  const numbers: number[] = [];
  for (const { key, muted } of roles) {
    const number = muted ? numberOf(key) : null;
    if (number !== null && !numbers.includes(number)) numbers.push(number);
  }
  return numbers.length === 0 ? noNumbers : numbers.slice();
}

function giveSources(index: InhibitionIndex, fingerprint: string, roles: readonly Role[]): readonly Scope[] {
  const touched = new Set(membersOf(index.bySource.get(fingerprint)));
  let after: OneOrMany<Scope> | undefined;
  for (const role of roles) {
    if (!role.mutes) continue;
    const scope = scopeOf(index, role);
    after = withMember(after, scope);
    touched.add(scope);
  }
  put(index.bySource, fingerprint, after);
  return [...touched].filter((scope) => {
    const before = verdictsOf(scope);
    const sides = [hasMember(scope.sources, fingerprint), hasMember(scope.twoSided, fingerprint)];
    const role = roles.find(({ mutes, key }) => mutes && key === scope.key);
    const [sources, twoSided] = [role?.twoSided === false, role?.twoSided === true];
    scope.sources = (sources ? withMember : withoutMember)(scope.sources, fingerprint);
    scope.twoSided = (twoSided ? withMember : withoutMember)(scope.twoSided, fingerprint);
    const [any, oneSided] = verdictsOf(scope);
    if (!any) index.scopes.delete(scope.key);
    if (sides[0] !== sources || sides[1] !== twoSided) unsettleScope(index, scope);
    return any !== before[0] || oneSided !== before[1];
  });
}

/** Whether there is anything that mutes, and anything that mutes what is on both sides. */
function verdictsOf({ sources, twoSided }: Scope): readonly [boolean, boolean] {
  return [sources !== undefined || twoSided !== undefined, sources !== undefined];
}

function scopeOf(index: InhibitionIndex, { rule, key }: Role): Scope {
  const known = index.scopes.get(key);
  if (known !== undefined) return known;
  const scope: Scope = { rule, key, sources: undefined, twoSided: undefined, reason: null };
  index.scopes.set(key, scope);
  return scope;
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** A small number for a key: two keys seldom have the same. */
function numberOf(key: string): number {
  let number = 0;
  for (let i = 0; i < key.length; i += 1) number = (Math.imul(number, 31) + key.charCodeAt(i)) | 0;
  return number & 0x3fff_ffff;
}

/** Those that may be muted in a scope, and perhaps some others. */
export function targetsOf(index: InhibitionIndex, { key }: Pick<Scope, 'key'>): readonly Alert[] {
  return membersOf(index.targets.get(numberOf(key)));
}

/** Why another alert mutes the one that has the role; null: none does. None mutes itself, for that takes both sides. */
export function reasonFor(index: InhibitionIndex, role: Role): Suppression | null {
  const scope = role.muted ? index.scopes.get(role.key) : undefined;
  if (scope === undefined || (scope.sources === undefined && role.twoSided)) return null;
  scope.reason ??= composeReason(scope);
  return scope.reason;
}

/** Fingerprints of the other alerts that mute the one with the role. What is on both sides is muted only by what is not. */
export function othersThatMute(index: InhibitionIndex, role: Role, fingerprint: string): readonly string[] {
  const scope = role.muted ? index.scopes.get(role.key) : undefined;
  if (scope === undefined) return [];
  const sources = [...membersOf(scope.sources), ...(role.twoSided ? [] : membersOf(scope.twoSided))];
  return sources.filter((source) => source !== fingerprint);
}

function composeReason({ rule, key }: Scope): Suppression {
  const [, , ...values] = JSON.parse(key) as string[];
  if (rule.explainers !== null) {
    const reason = `${rule.title}; it stands on ${values[0] ?? ''}`;
    return { kind: 'inhibition', id: rule.ref.id, reason, rule: rule.ref };
  }
  const shared = rule.equal.map((field, i) => `${formatField(field)} = ${values[i] ?? ''}`).join(', ');
  const reason = shared === '' ? rule.title : `${rule.title}; ${shared}`;
  return { kind: 'inhibition', id: rule.ref.id, reason, rule: rule.ref };
}
