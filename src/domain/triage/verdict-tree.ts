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

/** Verdicts by the answers that led to them. */
export interface VerdictTree<V> {
  find(asked: Asked): V | undefined;
  /** `questions`: all that the verdict hangs on. The same question is the same object from call to call. */
  remember(asked: Asked, questions: ReadonlySet<Question>, verdict: V): void;
  /** How many answers it holds. */
  readonly size: number;
}

interface Node<V> {
  /** What is asked next of messages that have no verdict here. */
  question: Question | null;
  /** Of all messages that come here, whatever else they say. */
  verdict: V | undefined;
  /** Most nodes have one child only, and no map for it. */
  answer: ValueClass;
  child: Node<V> | null;
  others: Map<ValueClass, Node<V>> | null;
}

export function createVerdictTree<V>(): VerdictTree<V> {
  const root = emptyNode<V>();
  let size = 0;
  return {
    find(asked) {
      let node: Node<V> | undefined = root;
      while (node !== undefined && node.verdict === undefined && node.question !== null)
        node = childOf(node, answerTo(node.question, asked));
      return node?.verdict;
    },
    remember(asked, questions, verdict) {
      // What others were asked on the way is no harm, but each of its own questions must have its answer.
      const open = new Set(questions);
      let node = root;
      while (open.size > 0) {
        const [next] = open as unknown as [Question];
        node.question ??= next;
        open.delete(node.question);
        const answer = answerTo(node.question, asked);
        const known = childOf(node, answer);
        node = known ?? addChild(node, answer);
        if (known === undefined) size += 1;
      }
      node.verdict = verdict;
    },
    get size() {
      return size;
    },
  };
}

function emptyNode<V>(): Node<V> {
  return { question: null, verdict: undefined, answer: undefined, child: null, others: null };
}

function childOf<V>(node: Node<V>, answer: ValueClass): Node<V> | undefined {
  if (node.child !== null && node.answer === answer) return node.child;
  return node.others?.get(answer);
}

function addChild<V>(node: Node<V>, answer: ValueClass): Node<V> {
  const child = emptyNode<V>();
  if (node.child === null) {
    node.child = child;
    node.answer = answer;
  } else {
    node.others ??= new Map();
    node.others.set(answer, child);
  }
  return child;
}

/** The message's own answer, whatever rules write over it: what they write hangs on answers given before. */
function answerTo(question: Question, asked: Asked): ValueClass {
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
