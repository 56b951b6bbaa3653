import type { IncomingAlert } from '../alert/alert.js';
import type { Field, FieldValue, Schedule } from '../alert/matcher.js';
import type { Canary } from '../rules/rule-set.js';
import { readPath, readOwn } from './alert-subject.js';
import { isInShare } from './is-drawn.js';

/** What a verdict hangs on: a field of the message, whether a schedule is on, or a canary is for its fingerprint. */
export type Question =
  | Field
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
  /** `questions` in the order in which they were asked: which one comes next hangs on the answers before it only. */
  remember(asked: Asked, questions: Iterable<Question>, verdict: V): void;
  /** How many answers it holds. */
  readonly size: number;
}

type Answer = FieldValue | undefined;

interface Node<V> {
  question: Question | null;
  verdict: V | undefined;
  readonly answers: Map<Answer, Node<V>>;
}

export function createVerdictTree<V>(): VerdictTree<V> {
  const root: Node<V> = { question: null, verdict: undefined, answers: new Map() };
  let size = 0;
  return {
    find(asked) {
      let node: Node<V> | undefined = root;
      while (node !== undefined && node.question !== null)
        node = node.answers.get(answerTo(node.question, asked));
      return node?.verdict;
    },
    remember(asked, questions, verdict) {
      let node = root;
      for (const question of questions) {
        node.question ??= question;
        const answer = answerTo(node.question, asked);
        let next = node.answers.get(answer);
        if (next === undefined) {
          next = { question: null, verdict: undefined, answers: new Map() };
          node.answers.set(answer, next);
          size += 1;
        }
        node = next;
      }
      node.verdict = verdict;
    },
    get size() {
      return size;
    },
  };
}

/** The message's own answer, whatever rules write over it: what they write hangs on answers given before. */
function answerTo(question: Question, { incoming, at }: Asked): Answer {
  switch (question.kind) {
    case 'label':
      return readOwn(incoming.labels, question.name);
    case 'annotation':
      return readOwn(incoming.annotations, question.name);
    case 'alert':
      return ownField(incoming, question.name);
    case 'value':
      return incoming.values === undefined ? undefined : readOwn(incoming.values, question.name);
    case 'raw':
      return readPath(incoming.raw ?? null, question.path);
    case 'schedule':
      return question.schedule.includes(at);
    case 'drawn':
      return isInShare(question.canary, incoming.fingerprint);
    case 'service':
    case 'incident':
      return undefined;
  }
}

function ownField(incoming: IncomingAlert, name: Extract<Field, { kind: 'alert' }>['name']): Answer {
  if (name === 'status') return undefined;
  if (name === 'runbook') return incoming.annotations['runbook_url'] ?? incoming.annotations['runbook'];
  return incoming[name];
}
