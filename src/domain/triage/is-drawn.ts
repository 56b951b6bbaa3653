import { fingerprint } from '../alert/fingerprint.js';
import type { MatchSubject } from '../alert/matcher.js';
import type { Canary } from '../rules/rule-set.js';
import type { ReadableAlert } from './alert-subject.js';

/** Whether a canary is in force for the alert. A larger share takes in all that a smaller one did. */
export function isDrawn(
  canary: Canary,
  alert: ReadableAlert & { readonly fingerprint: string },
  subject: MatchSubject,
): boolean {
  const values = canary.by.map((field) => subject.read(field));
  if (values.length > 0 && !values.includes(undefined))
    return isInShare(canary, `values ${JSON.stringify(values.map(String))}`);
  alert.witness?.drawn?.(canary);
  return isDrawnByFingerprint(canary, alert.fingerprint);
}

/** Of an alert that goes by its fingerprint. */
export function isDrawnByFingerprint(canary: Canary, of: string): boolean {
  return isInShare(canary, of);
}

function isInShare({ rule, percent }: Canary, key: string): boolean {
  const hash = fingerprint({ canary: rule, key });
  const drawn = mix(parseInt(hash.slice(0, 8), 16) ^ parseInt(hash.slice(8), 16));
  return (drawn / 2 ** 32) * 100 < percent;
}

/** The last step of MurmurHash3: of FNV alone the upper bits hardly hang on the last characters. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
