import type { RuleRef } from '../domain/alert/rule-ref.js';
import type { RuleTry, Write } from '../domain/triage/trace/rule-try.js';
import { formatCheck, isEmptyCheck } from './format-check.js';
import { printable } from './printable.js';

/** A stage's name, what it decided, and lines below. */
export interface TraceLine {
  readonly stage: string;
  readonly text: string;
  readonly below?: readonly string[];
}

/** A rule with where it stands. */
export function named({ id, file, line }: RuleRef): string {
  return `${id}  ${file}:${line}`;
}

/** The parts of a rule's matcher, and what it wrote. */
export function proofOf({ check, writes }: RuleTry): readonly string[] {
  const parts = check === null || isEmptyCheck(check) ? [] : formatCheck(check);
  return [...parts.map((line) => `  ${line}`), ...writes.map((write) => `  ${formatWrite(write)}`)];
}

function formatWrite({ field, from, to, overwrites }: Write): string {
  const shown = (value: string | null): string => (value === null ? 'nothing' : printable(value));
  const by = overwrites === undefined ? '' : ` by ${overwrites}`;
  return `→ ${field}: ${shown(to)}${from === null && by === '' ? '' : ` (was ${shown(from)}${by})`}`;
}

/** Rules that did not act, with where they stand, the reason and the first part that failed. */
export function formatMissed(tries: readonly RuleTry[]): readonly string[] {
  return tries
    .filter(({ verdict }) => verdict !== 'matched')
    .map(({ rule, verdict, reason, check, error }) => {
      const lines = check === null ? [] : formatCheck(check);
      const failed = lines.find((line) => line.trimStart().startsWith('✗')) ?? '';
      const why = error !== undefined ? printable(error) : verdict === 'missed' ? failed.trim() : '';
      return `· ${named(rule)}: ${reason ?? ''}${why === '' ? '' : `  ${why}`}`;
    });
}
