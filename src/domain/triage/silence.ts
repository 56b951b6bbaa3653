import type { LabelMatcher } from '../alert/label-matcher.js';

/** People mute what they know about, for a while. Instants are Unix milliseconds. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: 'pending' | 'active' | 'expired';
  /** When the engine lets go of an expired one. */
  readonly forgetAt: number | null;
}
