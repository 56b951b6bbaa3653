import { fingerprint } from '../alert/fingerprint.js';
import type { Field } from '../alert/matcher.js';
import { formatField } from './field.js';

/**
 * 16 hex digits over what shapes a rule's state: they change with a list or named matcher that the rule uses, not with titles
 * or line numbers.
 */
export function hashShape(fields: readonly Field[], shape: Readonly<Record<string, unknown>>): string {
  return fingerprint({ shape: plainText({ ...shape, fields: fields.map(formatField) }) });
}

/** The same text for the same compiled values. */
export function plainText(shape: unknown): string {
  return JSON.stringify(shape, asPlainData);
}

function asPlainData(key: string, value: unknown): unknown {
  // A compiled pattern says no more than its `source`, and a schedule is known by its id.
  if (key === 'pattern') return undefined;
  if (value instanceof Set) return [...(value as ReadonlySet<unknown>)];
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
  return value;
}
