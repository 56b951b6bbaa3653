import type { Suppression } from '../alert/alert.js';
import type { FieldValue } from '../alert/matcher.js';
import { formatField } from '../rules/field.js';
import type { InhibitionRule } from '../rules/rule-set.js';

/** What an alert is among those that share a scope. */
export interface Part {
  readonly mutes: boolean;
  readonly muted: boolean;
  /** It is, or was when it cleared, on both sides of the rule: it mutes only what is not on both sides too. */
  readonly twoSided: boolean;
}

/** The alerts that have the values of a rule's `equal` in common. */
export interface Scope {
  readonly rule: InhibitionRule;
  /** Rule, its shape and the values of `equal`, as JSON. */
  readonly key: string;
  /** Fingerprint → its part. */
  readonly members: Map<string, Part>;
  /** How many of them mute: one-sided ones, and those on both sides. */
  sources: number;
  twoSided: number;
  /** What every muted one is told; made when the first is. */
  reason: Suppression | null;
  /** Itself alone, in the list that most of its members share. */
  readonly alone: readonly Scope[];
}

const parts: readonly Part[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  mutes: (bits & 1) !== 0,
  muted: (bits & 2) !== 0,
  twoSided: (bits & 4) !== 0,
}));

/** One object for each part that there is, however many alerts have it. */
export function partOf({ mutes, muted, twoSided }: Part): Part {
  return parts[Number(mutes) + 2 * Number(muted) + 4 * Number(twoSided)] as Part;
}

export interface Role {
  readonly scope: Scope;
  readonly part: Part;
}

/** Who mutes whom. Derived from the alerts and the rules in force, never stored: a look-up instead of a search. */
export interface InhibitionIndex {
  readonly scopes: Map<string, Scope>;
  /** Fingerprint → the scopes in which it has a part; of an alert without any there is no entry. */
  readonly byAlert: Map<string, readonly Scope[]>;
}

export function createInhibitionIndex(): InhibitionIndex {
  return { scopes: new Map(), byAlert: new Map() };
}

/** Finds or begins the scope of a rule and values of its `equal`. */
export function scopeOf(index: InhibitionIndex, rule: InhibitionRule, values: readonly FieldValue[]): Scope {
  const key = JSON.stringify([rule.ref.id, rule.stateHash, ...values.map(String)]);
  const known = index.scopes.get(key);
  if (known !== undefined) return known;
  const alone: Scope[] = [];
  const scope: Scope = {
    ...{ rule, key, members: new Map<string, Part>(), sources: 0, twoSided: 0, reason: null },
    alone,
  };
  alone.push(scope);
  index.scopes.set(key, scope);
  return scope;
}

/** The scope that once had the key; null where no rule of that shape is in force any more. */
export function scopeOfKey(
  index: InhibitionIndex,
  rules: readonly InhibitionRule[],
  key: string,
): Scope | null {
  const [id, stateHash, ...values] = parseKey(key);
  const rule = rules.find((one) => one.ref.id === id && one.stateHash === stateHash);
  return rule === undefined ? null : scopeOf(index, rule, values);
}

/** Gives an alert its roles in place of those that it had. Returns the scopes in which another verdict holds from now on. */
export function giveRoles(
  index: InhibitionIndex,
  fingerprint: string,
  roles: readonly Role[],
): readonly Scope[] {
  const before = index.byAlert.get(fingerprint) ?? noScopes;
  if (before.length === 0 && roles.length === 0) return noScopes;
  const [only] = roles;
  const after = only !== undefined && roles.length === 1 ? only.scope.alone : roles.map(({ scope }) => scope);
  if (after.length === 0) index.byAlert.delete(fingerprint);
  else index.byAlert.set(fingerprint, after);
  const turned: Scope[] = [];
  for (const scope of new Set([...before, ...after])) {
    const { sources, twoSided } = scope;
    enter(scope, fingerprint, roles.find((role) => role.scope === scope)?.part);
    if (scope.members.size === 0) index.scopes.delete(scope.key);
    const first = sources > 0 !== scope.sources > 0;
    if (first || sources + twoSided > 0 !== scope.sources + scope.twoSided > 0) turned.push(scope);
  }
  return turned;
}

const noScopes: readonly Scope[] = [];

function enter(scope: Scope, fingerprint: string, part: Part | undefined): void {
  count(scope, scope.members.get(fingerprint), -1);
  count(scope, part, 1);
  if (part === undefined) scope.members.delete(fingerprint);
  else scope.members.set(fingerprint, part);
}

function count(scope: Scope, part: Part | undefined, by: 1 | -1): void {
  if (part?.mutes !== true) return;
  if (part.twoSided) scope.twoSided += by;
  else scope.sources += by;
}

/** Why another alert of the scope mutes this one; null: none does. None mutes itself, for that takes both sides. */
export function reasonIn(scope: Scope, fingerprint: string): Suppression | null {
  const part = scope.members.get(fingerprint);
  if (part?.muted !== true) return null;
  if (scope.sources === 0 && (part.twoSided || scope.twoSided === 0)) return null;
  scope.reason ??= composeReason(scope);
  return scope.reason;
}

function parseKey(key: string): string[] {
  return JSON.parse(key) as string[];
}

function composeReason({ rule, key }: Scope): Suppression {
  const [, , ...values] = parseKey(key);
  const shared = rule.equal.map((field, i) => `${formatField(field)} = ${values[i] ?? ''}`).join(', ');
  const reason = shared === '' ? rule.title : `${rule.title}; ${shared}`;
  return { kind: 'inhibition', id: rule.ref.id, reason, rule: rule.ref };
}
