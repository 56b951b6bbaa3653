import type { InhibitionRule } from '../rules/rule-set.js';

/** Which alerts may mute each other: those that have for one rule the same values of `equal`, or the same service. */
export interface ScopeId {
  readonly rule: InhibitionRule;
  readonly values: readonly string[];
  /** Made of the other two: where it differs they differ, and where it is the same they mostly are. */
  readonly number: number;
}

export function scopeId(rule: InhibitionRule, values: readonly string[]): ScopeId {
  let number = mixText(0, rule.ref.id);
  for (const value of values) number = mixText(number, value);
  // As many bits as V8 keeps without a box.
  return { rule, values, number: number & 0x3fff_ffff };
}

/** A letter that no text is likely to have comes first: "ab", "c" has another number than "a", "bc". */
function mixText(before: number, text: string): number {
  let number = (Math.imul(before, 31) - 1) | 0;
  for (let i = 0; i < text.length; i += 1) number = (Math.imul(number, 31) + text.charCodeAt(i)) | 0;
  return number;
}

/** A rule of another shape has scopes of its own, one that only moved in its file has not. */
export function isSameScope(a: ScopeId, b: ScopeId): boolean {
  return (
    a.number === b.number &&
    isSameRule(a.rule, b.rule) &&
    a.values.length === b.values.length &&
    a.values.every((value, i) => value === b.values[i])
  );
}

function isSameRule(a: InhibitionRule, b: InhibitionRule): boolean {
  return a === b || (a.ref.id === b.ref.id && a.stateHash === b.stateHash);
}

/** As alerts carry it: JSON of the rule's id, its shape and the values. */
export function formatScopeId({ rule, values }: ScopeId): string {
  return JSON.stringify([rule.ref.id, rule.stateHash, ...values]);
}

/** null: no rule of this shape is among them. */
export function parseScopeId(text: string, rules: readonly InhibitionRule[]): ScopeId | null {
  const [id, stateHash, ...values] = JSON.parse(text) as string[];
  const rule = rules.find((one) => one.ref.id === id && one.stateHash === stateHash);
  return rule === undefined ? null : scopeId(rule, values);
}
