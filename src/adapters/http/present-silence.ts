import { compileLabelMatchers } from '../../domain/alert/label-matcher.js';
import type { Silence } from '../../domain/triage/silence.js';
import { presentInstant } from './present-instant.js';

/** A silence as everyone sees it (docs/openapi.yaml, Silence). */
export function presentSilence(silence: Silence): Readonly<Record<string, unknown>> {
  // One that was made when its pattern was still taken mutes nothing now.
  const compiled = compileLabelMatchers(silence.matchers);
  return {
    id: silence.id,
    state: silence.state,
    matchers: silence.matchers.map(({ name, value, isRegex, isEqual }) => ({
      name,
      value,
      isRegex,
      isEqual,
    })),
    startsAt: presentInstant(silence.startsAt),
    endsAt: presentInstant(silence.endsAt),
    createdBy: silence.createdBy,
    comment: silence.comment,
    createdAt: presentInstant(silence.createdAt),
    updatedAt: presentInstant(silence.updatedAt),
    problem: compiled.ok ? null : compiled.error,
  };
}
