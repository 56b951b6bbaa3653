import type { CaseResult } from './run-cases.js';
import type { SubjectName } from './subject.js';

const width = 18;

export function caseHeader(subjects: readonly SubjectName[]): string {
  return row(['case', 'match any', 'rules each', 'JSON.parse', ...subjects, 'check']);
}

/** A case as one line, of each subject the best turn; columns line up with the header. */
export function describeCase(result: CaseResult, subjects: readonly SubjectName[]): string {
  return row([
    result.case,
    `${(result.matchingShare * 100).toFixed(1)}%`,
    result.matchesPerAlert.toFixed(2),
    best(subjects.flatMap((name) => result.turns[name]?.parseMicros ?? [])),
    ...subjects.map((name) => best(result.turns[name]?.micros ?? [])),
    result.problems.length === 0 ? 'equal' : 'VOID',
  ]);
}

function best(micros: readonly number[]): string {
  return Math.min(...micros).toFixed(2);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(index < 4 ? 11 : width)))
    .join(' ')
    .trimEnd();
}
