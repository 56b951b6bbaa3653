import type { BundleSpot } from './bundle-spot.js';
import type { TriageStage } from './compile-settings.js';
import { compilePositiveDuration } from './compile-value.js';
import type { HoldAction } from './rule-set.js';

export interface RawHold {
  readonly for: string;
  readonly dropIfResolved?: boolean;
}

const hour = 3_600_000;
/** What fires longer than this does not clear by itself. */
const longestHoldMs = 24 * hour;

/** `then: { hold: … }` of an adjust rule: by then it is known what the alert is about and how bad it is. */
export function compileHold(raw: RawHold, spot: BundleSpot, stage: TriageStage): HoldAction {
  if (stage !== 'adjust') {
    spot.report({
      code: 'bad-value',
      message: `a rule of the stage ${stage} can hold nothing back`,
      hint: 'Write a rule of the stage adjust that matches the same alerts',
      part: 'key',
    });
  }
  const forMs = compilePositiveDuration(spot.at('for'), raw.for);
  if (forMs > longestHoldMs) {
    spot.at('for').report({
      code: 'bad-duration',
      message: 'no alert is held back for more than 24 hours',
      hint: 'Write a shorter time; for alerts that nobody needs write another rule at their source',
    });
  }
  return { forMs, dropIfResolved: raw.dropIfResolved ?? true };
}
