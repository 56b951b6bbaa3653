import type { ValueClass } from '../rules/match-index/value-classes.js';
import { createVerdictTree, type VerdictTree } from './verdict-tree.js';

/** So many answers are remembered before all are forgotten. */
const mostAnswers = 20_000;
/** After so many subjects it is asked whether the memory pays: to remember one costs as much as to judge several. */
const trial = 5_000;
const shareThatPays = 4 / 5;
/** Where it did not pay, so many subjects are judged without it. */
const pause = 100_000;

/** Verdicts remembered by the answers that led to them, while most subjects give answers that others gave before. */
export class PayingMemory<Question extends object, Subject, V> {
  readonly #answerTo: (question: Question, subject: Subject) => ValueClass;
  #verdicts: VerdictTree<Question, Subject, V>;
  #sought = 0;
  #found = 0;
  /** Subjects to come of which nothing is remembered: rules look at what is different in each of them. */
  #paused = 0;

  /** `answerTo`: what a subject says to a question. Answers are compared by identity. */
  constructor(answerTo: (question: Question, subject: Subject) => ValueClass) {
    this.#answerTo = answerTo;
    this.#verdicts = createVerdictTree(answerTo);
  }

  /** Called once for each subject, first. False: it is judged as if there were no memory. */
  isAsked(): boolean {
    if (this.#paused > 0) {
      this.#paused -= 1;
      return false;
    }
    if (this.#sought >= trial) this.#weigh();
    this.#sought += 1;
    return true;
  }

  find(subject: Subject): V | undefined {
    const verdict = this.#verdicts.find(subject);
    if (verdict !== undefined) this.#found += 1;
    return verdict;
  }

  /** `questions`: all that the verdict hangs on. The same question is the same object from call to call. */
  remember(subject: Subject, questions: ReadonlySet<Question>, verdict: V): void {
    if (this.#verdicts.size >= mostAnswers) this.#forgetVerdicts();
    this.#verdicts.remember(subject, questions, verdict);
  }

  /** Begins anew: the questions are others. */
  forget(): void {
    this.#paused = 0;
    this.#sought = 0;
    this.#found = 0;
    this.#forgetVerdicts();
  }

  #weigh(): void {
    if (this.#found < this.#sought * shareThatPays) {
      this.#paused = pause;
      this.#forgetVerdicts();
    }
    this.#sought = 0;
    this.#found = 0;
  }

  #forgetVerdicts(): void {
    this.#verdicts = createVerdictTree(this.#answerTo);
  }
}
