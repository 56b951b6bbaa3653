import type { Field } from '../alert/matcher.js';
import type { Compilation, FieldType, Spot } from './matcher-context.js';
import { describe, report } from './matcher-problem.js';

/** A field and what the vocabulary says of it; null = no type is declared and none is needed. */
export interface Target {
  readonly field: Field;
  readonly type: FieldType | null;
}

/** One operator of a test with its value. */
export interface Operation extends Target, Spot {
  readonly ignoreCase: boolean;
}

/** The operator's value as a text to look for, or null after reporting why it is none. */
export function readText(operation: Operation, compilation: Compilation): string | null {
  if (!speaksText(operation, compilation)) return null;
  const { raw } = operation;
  if (typeof raw === 'string' && raw !== '') return raw;
  const message = raw === '' ? 'the text is empty' : `${describe(raw)} is no text`;
  mismatch(operation, compilation, { message, hint: 'write a text, in quotes if it looks like a number' });
  return null;
}

/** Whether the field has a text that can be looked into; reports it if not. */
export function speaksText(operation: Operation, compilation: Compilation): boolean {
  const type = operation.type?.type;
  if (type === undefined || type === 'string' || type === 'enum') return true;
  mismatch(operation, compilation, {
    message: `the field is declared as ${type}, so it has no text to look into`,
    hint: adviceFor[type],
  });
  return false;
}

const byOrder = 'compare it with gt, gte, lt, lte or equals';
const adviceFor: Readonly<Record<Exclude<FieldType['type'], 'string' | 'enum'>, string>> = {
  ...{ number: byOrder, bytes: byOrder, duration: byOrder },
  boolean: 'write true or false',
  ip: 'compare it with cidr, equals or in',
};

export function mismatch(
  operation: Operation,
  compilation: Compilation,
  words: { readonly message: string; readonly hint: string },
): void {
  report(compilation, { pointer: operation.pointer, code: 'type-mismatch', ...words });
}
