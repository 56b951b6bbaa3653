import type { MatchSubject } from '../alert/matcher.js';
import { mixedHash } from '../alert/mixed-hash.js';
import type { Canary } from '../rules/rule-set.js';
import type { ReadableAlert } from './alert-subject.js';

/** Whether a canary is in force for the alert. A larger share takes in all that a smaller one did. */
export function isDrawn(
  canary: Canary,
  alert: ReadableAlert & { readonly fingerprint: string },
  subject: MatchSubject,
): boolean {
  const values = canary.by.map((field) => {
    alert.witness?.drawnBy?.(field);
    return subject.read(field);
  });
  if (values.length > 0 && !values.includes(undefined))
    return isInShare(canary, `values ${JSON.stringify(values.map(String))}`);
  alert.witness?.drawn?.(canary);
  return isInShare(canary, alert.fingerprint);
}

/** Of an alert that goes by its fingerprint the key is that. */
export function isInShare({ rule, percent }: Canary, key: string): boolean {
  return (mixedHash({ canary: rule, key }) / 2 ** 32) * 100 < percent;
}
