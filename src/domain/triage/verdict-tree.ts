import type { ValueClass } from '../rules/match-index/value-classes.js';

/** Verdicts by the answers that led to them. */
export interface VerdictTree<Question, Asked, V> {
  find(asked: Asked): V | undefined;
  /** `questions`: all that the verdict hangs on. The same question is the same object from call to call. */
  remember(asked: Asked, questions: ReadonlySet<Question>, verdict: V): void;
  /** How many answers it holds. */
  readonly size: number;
}

interface Node<Question, V> {
  /** What is asked next of messages that have no verdict here. */
  question: Question | null;
  /** Of all messages that come here, whatever else they say. */
  verdict: V | undefined;
  /** Most nodes have one child only, and no map for it. */
  answer: ValueClass;
  child: Node<Question, V> | null;
  others: Map<ValueClass, Node<Question, V>> | null;
}

/** `answerTo`: what one says to a question. Answers are compared by identity. */
export function createVerdictTree<Question extends object, Asked, V>(
  answerTo: (question: Question, asked: Asked) => ValueClass,
): VerdictTree<Question, Asked, V> {
  const root = emptyNode<Question, V>();
  let size = 0;
  return {
    find(asked) {
      let node: Node<Question, V> | undefined = root;
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

function emptyNode<Question, V>(): Node<Question, V> {
  return { question: null, verdict: undefined, answer: undefined, child: null, others: null };
}

function childOf<Question, V>(node: Node<Question, V>, answer: ValueClass): Node<Question, V> | undefined {
  if (node.child !== null && node.answer === answer) return node.child;
  return node.others?.get(answer);
}

function addChild<Question, V>(node: Node<Question, V>, answer: ValueClass): Node<Question, V> {
  const child = emptyNode<Question, V>();
  if (node.child === null) {
    node.child = child;
    node.answer = answer;
  } else {
    node.others ??= new Map();
    node.others.set(answer, child);
  }
  return child;
}
