import type { IncomingAlert } from '../alert/alert.js';
import type { Field, FieldValue, Schedule } from '../alert/matcher.js';
import type { FieldClasses, ValueClass } from '../rules/match-index/value-classes.js';
import type { Canary } from '../rules/rule-set.js';
import { readPath, readOwn } from './alert-subject.js';
import { isInShare } from './is-drawn.js';

/**
 * What a verdict hangs on: a field of the message or what all tests of a field make of its value, whether a schedule is on, or a
 * canary is for its fingerprint.
 */
export type Question =
  | Field
  | { readonly kind: 'class'; readonly classes: FieldClasses }
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'drawn'; readonly canary: Canary };

/** A message at an instant. */
export interface Asked {
  readonly incoming: IncomingAlert;
  readonly at: number;
}

/** The message's own answer, whatever rules write over it: what they write hangs on answers given before. */
export function answerTo(question: Question, asked: Asked): ValueClass {
  const { incoming, at } = asked;
  if (question.kind === 'class')
    return question.classes.classOf(readOwnField(question.classes.field, incoming));
  if (question.kind === 'schedule') return question.schedule.includes(at);
  if (question.kind === 'drawn') return isInShare(question.canary, incoming.fingerprint);
  return readOwnField(question, incoming);
}

function readOwnField(field: Field, incoming: IncomingAlert): FieldValue | undefined {
  switch (field.kind) {
    case 'label':
      return readOwn(incoming.labels, field.name);
    case 'annotation':
      return readOwn(incoming.annotations, field.name);
    case 'alert':
      return ownField(incoming, field.name);
    case 'value':
      return incoming.values === undefined ? undefined : readOwn(incoming.values, field.name);
    case 'raw':
      return readPath(incoming.raw ?? null, field.path);
    case 'service':
    case 'incident':
      return undefined;
  }
}

function ownField(
  incoming: IncomingAlert,
  name: Extract<Field, { kind: 'alert' }>['name'],
): FieldValue | undefined {
  if (name === 'status') return undefined;
  if (name === 'runbook') return incoming.annotations['runbook_url'] ?? incoming.annotations['runbook'];
  return incoming[name];
}
