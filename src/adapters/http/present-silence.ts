import type { Silence } from '../../domain/triage/silence.js';
import { presentInstant } from './present-instant.js';

/** A silence as everyone sees it (docs/openapi.yaml, Silence). */
export function presentSilence(silence: Silence): Readonly<Record<string, unknown>> {
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
  };
}
