import type { Outcome } from '../../domain/triage/outcome.js';
import { presentInstant } from './present-instant.js';

/** What became of a command (docs/openapi.yaml, Outcome). The caller's idempotency key stays between it and us. */
export function presentOutcome(outcome: Outcome): Readonly<Record<string, unknown>> {
  return {
    command: outcome.command,
    at: presentInstant(outcome.at),
    result: outcome.result,
    reason: outcome.reason,
    detail: outcome.detail,
    subject: outcome.subject,
  };
}
