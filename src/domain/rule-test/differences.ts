import type { JsonObject, JsonValue } from '../alert/alert.js';
import { quoted } from '../rules/describe-test.js';

/** One field that is not as wanted. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * What of `wanted` does not hold for `shown`: a map is gone into, a list means any of its values, one value held against a list
 * has to be in it, null is a field that is not there or an empty list. Texts and numbers are compared as texts.
 */
export function differences(wanted: JsonObject, shown: JsonObject, path = ''): readonly Difference[] {
  return Object.entries(wanted).flatMap(([key, expected]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const actual: JsonValue = shown[key] ?? null;
    if (isMap(expected)) return differences(expected, isMap(actual) ? actual : {}, here);
    return holds(expected, actual)
      ? []
      : [{ path: here, expected: inWords(expected), actual: inWords(actual) }];
  });
}

function holds(expected: JsonValue, actual: JsonValue): boolean {
  if (isList(expected)) return expected.some((one) => holds(one, actual));
  if (isList(actual) && actual.length === 0) return expected === null;
  if (isList(actual)) return actual.some((one) => holds(expected, one));
  if (expected === null || actual === null) return expected === actual;
  return textOf(expected) === textOf(actual);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A document's value as a text; one that is no single value as JSON. */
export function textOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isMap(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inWords(value: JsonValue): string {
  if (isList(value)) return value.length === 0 ? 'none' : value.map(inWords).join(' or ');
  if (value === null) return 'nothing';
  return typeof value === 'object' ? textOf(value) : quoted(value);
}
