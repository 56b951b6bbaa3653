import type { FieldValue, MatchSubject } from '../alert/matcher.js';
import type { Extraction, TriageAction } from '../rules/rule-set.js';

/** So much of a text is searched, in UTF-16 units: the rest of a stack trace names no workload. */
export const mostSearched = 4_096;

export interface DerivedFields {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>> | null;
}

/** The fields with what a rule takes out of others, and then out of tables. What finds nothing writes nothing. */
export function deriveFields<F extends DerivedFields>(
  before: F,
  { extract = [], enrich = [] }: Pick<TriageAction, 'extract' | 'enrich'>,
  subject: MatchSubject,
): F {
  let fields = before;
  for (const extraction of extract) {
    const text = subject.read(extraction.from);
    if (text !== undefined) fields = withFound(fields, extraction, text);
  }
  for (const { into, name, key, cells } of enrich) {
    const cell = cells.get(String(subject.read(key) ?? ''));
    if (cell !== undefined) fields = { ...fields, [into]: { ...fields[into], [name]: cell } };
  }
  return fields;
}

function withFound<F extends DerivedFields>(fields: F, extraction: Extraction, text: FieldValue): F {
  const { pattern, groups, into } = extraction;
  const found = pattern.matcher(String(text).slice(0, mostSearched));
  if (!found.find()) return fields;
  const written: [string, string | number][] = [];
  for (const group of groups) {
    const part = found.group(group) ?? '';
    if (part === '') continue;
    if (into !== 'values') written.push([group, part]);
    else if (isDecimal(part)) written.push([group, Number(part)]);
  }
  if (written.length === 0) return fields;
  return { ...fields, [into]: { ...fields[into], ...Object.fromEntries(written) } };
}

function isDecimal(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}
