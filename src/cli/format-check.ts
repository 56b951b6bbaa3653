import type { Check } from '../domain/rules/record-match.js';
import { quoted } from '../domain/rules/describe-test.js';
import { printable } from './printable.js';

/** Lines for the parts of a matcher: `✓ labels.service = checkout`, `✗ values.error_rate >= 0.02 (is 0.01)`. */
export function formatCheck(check: Check): readonly string[] {
  switch (check.kind) {
    case 'test':
      return [`${mark(check)} ${check.field} ${printable(check.test)}${actual(check)}`];
    case 'schedule':
      return [`${mark(check)} ${printable(check.test)}`];
    case 'all':
      return check.of.flatMap(formatCheck);
    case 'any':
    case 'not': {
      const inner = check.of.flatMap(formatCheck);
      const [only] = inner;
      const head = `${mark(check)} ${wordsFor(check)}:`;
      // What an exception lets off is told where it does so only: there may be many.
      if (check.exception !== undefined && check.holds) return [];
      if (inner.length === 1 && only !== undefined) return [`${head} ${only}`];
      return [head, ...inner.map((line) => `    ${line}`)];
    }
  }
}

function wordsFor({ kind, exception }: Extract<Check, { of: unknown }>): string {
  if (kind !== 'not') return 'any of';
  return exception === undefined ? 'not' : `not the exception ${exception}`;
}

/** A matcher of nothing matches everything. */
export function isEmptyCheck(check: Check): boolean {
  return check.kind === 'all' && check.of.length === 0;
}

function mark({ holds }: Check): string {
  return holds ? '✓' : '✗';
}

/** What an equality that holds was compared with is the test itself. */
function actual(check: Extract<Check, { kind: 'test' }>): string {
  if (check.actual === null) return check.test === 'is missing' ? '' : ' (is missing)';
  if (check.holds && check.test.startsWith('= ')) return '';
  return ` (is ${shortened(printable(quoted(check.actual)))})`;
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
