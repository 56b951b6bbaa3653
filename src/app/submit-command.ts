import type { Command } from '../domain/alert/entry.js';
import type { Outcome } from '../domain/triage/outcome.js';

export interface CommandRequest {
  /** Who asks, as the audit trail will name them. */
  readonly by: string;
  readonly command: Command;
  /** The caller's Idempotency-Key and a hash of method, path and body asked under it. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
}

/** `done`: applied or refused, and readable in the views. `pending`: in the log, but the engine has not answered in time. */
export type Submitted =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'pending'; readonly command: string };

/** Appends the command and waits for its committed outcome. Rejects with TocsinError where the log refuses. */
export type SubmitCommand = (request: CommandRequest) => Promise<Submitted>;
