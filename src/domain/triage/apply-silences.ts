import type { Labels, Suppression } from '../alert/alert.js';
import { compileLabelMatchers } from '../alert/label-matcher.js';
import type { Silence } from './silence.js';

/** A silence with its matchers compiled. */
export interface ActiveSilence {
  readonly silence: Silence;
  readonly matches: (labels: Labels) => boolean;
}

/** Matchers were checked at the border; a set that no longer compiles mutes nothing. */
export function compileSilence(silence: Silence): ActiveSilence {
  const compiled = compileLabelMatchers(silence.matchers);
  return { silence, matches: (labels) => compiled.ok && compiled.matches(labels) };
}

const none: readonly Suppression[] = [];

/** Stage silence: every active silence that covers the alert, with its reason, in order of id. */
export function applySilences(
  alert: { readonly labels: Labels },
  silences: Iterable<ActiveSilence>,
): readonly Suppression[] {
  let suppressedBy: Suppression[] | null = null;
  for (const { silence, matches } of silences) {
    if (silence.state === 'active' && matches(alert.labels)) {
      suppressedBy ??= [];
      suppressedBy.push({
        kind: 'silence',
        id: silence.id,
        reason: `${silence.createdBy}: ${silence.comment}`,
      });
    }
  }
  if (suppressedBy === null) return none;
  return suppressedBy.length < 2 ? suppressedBy : suppressedBy.sort((a, b) => (a.id < b.id ? -1 : 1));
}
