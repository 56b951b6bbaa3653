import type { Field, FieldValue } from '../alert/matcher.js';
import { parseField } from './field.js';

/** Text with `{{field}}` holes, split once: literal parts and fields in turn. */
export interface Template {
  readonly source: string;
  readonly parts: readonly (string | Field)[];
}

export type ParsedTemplate =
  { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly error: string };

const usage = 'write a field between the braces, as in {{labels.region}}, {{service.name}} or {{category}}';

/** Splits `text {{field}} text`. Fields of incidents are refused unless there is one (`allowIncident`). */
export function parseTemplate(source: string, allowIncident: boolean): ParsedTemplate {
  const parts: (string | Field)[] = [];
  let position = 0;
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', position)) {
    const close = source.indexOf('}}', open);
    if (close < 0) return refuse(`"{{" is never closed in "${source}"; end the field with "}}"`);
    const hole = parseHole(source.slice(open, close + 2), allowIncident);
    if (!hole.ok) return hole;
    const literal = source.slice(position, open);
    if (literal.includes('}}')) return strayClose(source);
    if (literal !== '') parts.push(literal);
    parts.push(hole.field);
    position = close + 2;
  }
  const rest = source.slice(position);
  if (rest.includes('}}')) return strayClose(source);
  if (rest !== '') parts.push(rest);
  return { ok: true, template: { source, parts } };
}

/** Fills the holes; a missing field leaves nothing. */
export function renderTemplate(template: Template, read: (field: Field) => FieldValue | undefined): string {
  let text = '';
  for (const part of template.parts) text += typeof part === 'string' ? part : String(read(part) ?? '');
  return text;
}

function parseHole(
  written: string,
  allowIncident: boolean,
): { readonly ok: true; readonly field: Field } | { readonly ok: false; readonly error: string } {
  const key = written.slice(2, -2).trim();
  if (key === '') return refuse(`"${written}" names no field; ${usage}`);
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}_.:/-]*$/u.test(key)) {
    return refuse(`"${written}" is no field; ${usage}; there are no functions, pipes or conditions`);
  }
  const parsed = parseField(key, allowIncident);
  if (parsed.ok) return parsed;
  return refuse(`"${written}": ${parsed.error}; ${parsed.hint ?? usage}`);
}

function strayClose(source: string): ParsedTemplate & { readonly ok: false } {
  return refuse(`"}}" closes nothing in "${source}"; begin the field with "{{"`);
}

function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
