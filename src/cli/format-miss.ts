import { formatCheck } from './format-check.js';
import { named } from './format-try.js';
import type { Miss } from './nearest-miss.js';
import { printable } from './printable.js';

/** A verdict in a sentence, then the parts of the rule's matcher. */
export function formatMiss(miss: Miss): string {
  const { rule, check } = miss.try;
  const head = `${named(rule)}  (${miss.stage})`;
  const about = `${miss.alert.fingerprint} ${printable(miss.alert.title)}`;
  const parts = check === null ? [] : formatCheck(check).map((line) => `  ${line}`);
  return [head, `${verdictOf(miss)}: ${about}`, ...parts].join('\n');
}

function verdictOf({ try: { verdict, reason, check, error }, takenBy }: Miss): string {
  if (verdict === 'matched') return 'it matches';
  if (takenBy !== null) {
    const itself = check?.holds === true ? 'it would match' : 'it would not match either';
    return `${itself}, but ${named(takenBy)} took the alert before its turn (${reason ?? ''})`;
  }
  if (reason === 'outside_canary') return `it matches, but its canary leaves this alert out (${reason})`;
  if (reason === 'broken') return `it breaks and is skipped (${reason}: ${printable(error ?? '')})`;
  return `it does not act (${reason ?? ''})`;
}
