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

export const subjectNames = [
  'indexed',
  'without-memory',
  'linear',
  'json-rules-engine',
  'json-logic-engine',
] as const;
export type SubjectName = (typeof subjectNames)[number];
