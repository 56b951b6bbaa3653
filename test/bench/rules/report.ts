import type { CaseResult } from './run-case.js';
import type { SubjectName } from './subject.js';

const width = 18;

export function caseHeader(subjects: readonly SubjectName[]): string {
  return row(['case', 'match any', 'rules each', 'JSON.parse', ...subjects, 'check']);
}

/** A case as one line; columns line up with the header. */
export function describeCase(result: CaseResult, subjects: readonly SubjectName[]): string {
  return row([
    result.case,
    `${(result.matchingShare * 100).toFixed(1)}%`,
    result.matchesPerAlert.toFixed(2),
    result.parseMicros.toFixed(2),
    ...subjects.map((name) => result.micros[name]?.toFixed(2) ?? '-'),
    result.problems.length === 0 ? 'equal' : 'VOID',
  ]);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(index < 4 ? 11 : width)))
    .join(' ')
    .trimEnd();
}
