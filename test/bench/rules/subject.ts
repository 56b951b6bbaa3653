import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { BenchCase } from './bench-case.js';
import type { BenchRule } from './make-rules.js';

/** What says which rules an alert matches. */
export interface Subject {
  readonly name: SubjectName;
  /** Ids of the rules that match, in any order. */
  match(alert: IncomingAlert): readonly string[] | Promise<readonly string[]>;
}

export type MakeSubject = (rules: readonly BenchRule[], bench: BenchCase) => Subject;

/** The first one that takes part says what is right. */
export const subjectNames = [
  'linear',
  'indexed',
  'described',
  'remembered',
  'json-logic-engine',
  'json-rules-engine',
] as const;
export type SubjectName = (typeof subjectNames)[number];
