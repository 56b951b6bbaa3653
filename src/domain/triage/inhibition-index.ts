import type { Alert, Suppression } from '../alert/alert.js';
import { formatField } from '../rules/field.js';
import {
  findMember,
  hasMember,
  membersOf,
  withMember,
  withoutMember,
  type OneOrMany,
} from './one-or-many.js';
import { isSameScope, type ScopeId } from './scope-id.js';
import { TargetTable } from './target-table.js';

/** On which sides of a rule an alert is. */
export interface Sides {
  readonly mutes: boolean;
  readonly muted: boolean;
  /** It is, or was when it cleared, on both sides: it mutes only what is not on both sides too. */
  readonly twoSided: boolean;
}

/** What an alert is in a scope. */
export interface Role extends ScopeId, Sides {}

/** Every new alert has several: spreads would take longer than all the rest. */
export function roleIn({ rule, values, number }: ScopeId, { mutes, muted, twoSided }: Sides): Role {
  return { rule, values, number, mutes, muted, twoSided };
}

/** Alerts that mute the others in a scope, by fingerprint. There is none without any. */
export interface Scope extends ScopeId {
  sources: OneOrMany<string> | undefined;
  twoSided: OneOrMany<string> | undefined;
  /** What every muted one is told; made when the first is. */
  reason: Suppression | null;
}

/**
 * Who mutes whom. Derived from the alerts and the rules in force, never stored: a look-up instead of a search. Most alerts are
 * targets for which nothing fires, so those cost a number each, and no text is made for them.
 */
export interface InhibitionIndex {
  /** By number. */
  readonly scopes: Map<number, OneOrMany<Scope>>;
  /** Fingerprint → the scopes in which it mutes others, each once. */
  readonly bySource: Map<string, readonly Scope[]>;
  /** By the number of a scope; some in another scope may have the same number. */
  readonly targets: TargetTable;
  /** What has to be looked at before the next entry; null: nothing. Of rules that attach only. */
  unsettled: Unsettled | null;
}

/** Whose root incident may be another one than it was. */
export interface Unsettled {
  /** Their sources, or the incidents of these, have changed: all their targets. */
  readonly scopes: Set<Scope>;
  /** Fingerprints of targets. */
  readonly alerts: Set<string>;
}

const noScopes: readonly Scope[] = [];

export function createInhibitionIndex(): InhibitionIndex {
  return { scopes: new Map(), bySource: new Map(), targets: new TargetTable(), unsettled: null };
}

/** Of a target: why it is held back has changed. */
export function unsettleTarget(index: InhibitionIndex, fingerprint: string): void {
  unsettledOf(index).alerts.add(fingerprint);
}

/** Of a source: it has another incident, or that one was opened or has ended. */
export function unsettleTargetsOf(index: InhibitionIndex, source: string): void {
  for (const scope of scopesOf(index, source)) unsettleScope(index, scope);
}

function unsettleScope(index: InhibitionIndex, scope: Scope): void {
  if (scope.rule.effect === 'attach') unsettledOf(index).scopes.add(scope);
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
  index.targets.give(alert, numbersOf(roles));
  return giveSources(index, alert.fingerprint, roles);
}

/** Those of the scopes in which it is a target, each once. */
function numbersOf(roles: readonly Role[]): readonly number[] {
  const numbers: number[] = [];
  for (const { number, muted } of roles) if (muted && !numbers.includes(number)) numbers.push(number);
  return numbers;
}

function giveSources(index: InhibitionIndex, fingerprint: string, roles: readonly Role[]): readonly Scope[] {
  const before = scopesOf(index, fingerprint);
  const after: Scope[] = [];
  const turned: Scope[] = [];
  for (const role of roles) {
    if (!role.mutes) continue;
    const scope = findScope(index, role) ?? addScope(index, role);
    after.push(scope);
    if (placeSource(index, scope, { fingerprint, side: role.twoSided ? 'twoSided' : 'sources' }))
      turned.push(scope);
  }
  for (const scope of before) {
    if (after.includes(scope)) continue;
    if (placeSource(index, scope, { fingerprint, side: null })) turned.push(scope);
  }
  if (after.length > 0) index.bySource.set(fingerprint, after.slice());
  else if (before.length > 0) index.bySource.delete(fingerprint);
  return turned;
}

/** The scopes in which the alert mutes others. */
export function scopesOf(index: InhibitionIndex, fingerprint: string): readonly Scope[] {
  return index.bySource.get(fingerprint) ?? noScopes;
}

/** Puts a source where it belongs in a scope; null: nowhere. Returns whether another verdict holds there from now on. */
function placeSource(
  index: InhibitionIndex,
  scope: Scope,
  { fingerprint, side }: { readonly fingerprint: string; readonly side: 'sources' | 'twoSided' | null },
): boolean {
  const before = mutedIn(scope);
  const known = hasMember(scope.sources, fingerprint)
    ? 'sources'
    : hasMember(scope.twoSided, fingerprint)
      ? 'twoSided'
      : null;
  if (known === side) return false;
  if (known !== null) scope[known] = withoutMember(scope[known], fingerprint);
  if (side !== null) scope[side] = withMember(scope[side], fingerprint);
  const after = mutedIn(scope);
  if (after === 'nobody') removeScope(index, scope);
  unsettleScope(index, scope);
  return after !== before;
}

/** Which targets are muted: what is on both sides of the rule is muted only by what is not. */
function mutedIn({ sources, twoSided }: Scope): 'all' | 'one-sided' | 'nobody' {
  if (sources !== undefined) return 'all';
  return twoSided === undefined ? 'nobody' : 'one-sided';
}

/** Who mutes in a scope; undefined: nobody does. */
export function findScope(index: InhibitionIndex, id: ScopeId): Scope | undefined {
  const known = index.scopes.get(id.number);
  return known === undefined ? undefined : findMember(known, (scope) => isSameScope(scope, id));
}

function addScope(index: InhibitionIndex, { rule, values, number }: ScopeId): Scope {
  const scope: Scope = { rule, values, number, sources: undefined, twoSided: undefined, reason: null };
  index.scopes.set(number, withMember(index.scopes.get(number), scope));
  return scope;
}

function removeScope({ scopes }: InhibitionIndex, scope: Scope): void {
  const others = withoutMember(scopes.get(scope.number), scope);
  if (others === undefined) scopes.delete(scope.number);
  else scopes.set(scope.number, others);
}

/** Those that may be muted in a scope, and perhaps some others. */
export function targetsOf(index: InhibitionIndex, { number }: ScopeId): readonly Alert[] {
  return index.targets.under(number);
}

/** Why another alert mutes the one that has the role; null: none does. None mutes itself, for that takes both sides. */
export function reasonFor(index: InhibitionIndex, role: Role): Suppression | null {
  const scope = role.muted ? findScope(index, role) : undefined;
  if (scope === undefined || (scope.sources === undefined && role.twoSided)) return null;
  scope.reason ??= composeReason(scope);
  return scope.reason;
}

/** Fingerprints of the other alerts that mute the one with the role. What is on both sides is muted only by what is not. */
export function othersThatMute(index: InhibitionIndex, role: Role, fingerprint: string): readonly string[] {
  const scope = role.muted ? findScope(index, role) : undefined;
  if (scope === undefined) return [];
  const sources = [...membersOf(scope.sources), ...(role.twoSided ? [] : membersOf(scope.twoSided))];
  return sources.filter((source) => source !== fingerprint);
}

function composeReason({ rule, values }: Scope): Suppression {
  if (rule.explainers !== null) {
    const reason = `${rule.title}; it stands on ${values[0] ?? ''}`;
    return { kind: 'inhibition', id: rule.ref.id, reason, rule: rule.ref };
  }
  const shared = rule.equal.map((field, i) => `${formatField(field)} = ${values[i] ?? ''}`).join(', ');
  const reason = shared === '' ? rule.title : `${rule.title}; ${shared}`;
  return { kind: 'inhibition', id: rule.ref.id, reason, rule: rule.ref };
}
