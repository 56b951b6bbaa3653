import type { RuleRef } from '../alert/rule-ref.js';

/** A rule of the set in force that has broken: it is skipped where it breaks, and flagged until the rules change. */
export interface BrokenNote {
  readonly rule: RuleRef;
  /** When it broke first and last, Unix ms. */
  readonly since: number;
  readonly lastAt: number;
  /** What went wrong the first time. */
  readonly error: string;
}

/** Only rules of some kinds share one set of ids. */
export function placeOf({ id, file, line }: RuleRef): string {
  return `${id} (${file}:${line})`;
}

/** A rule that begins anew because a change of the rules gave it another shape. */
export interface Warming {
  readonly kind: 'group' | 'inhibition';
  readonly id: string;
  /** Unix ms. */
  readonly since: number;
  /** Until when it may be felt; null: as long as incidents of the old shape stay open. */
  readonly until: number | null;
}
