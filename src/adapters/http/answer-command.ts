import type { CommandRequest, SubmitCommand } from '../../app/submit-command.js';
import type { Command } from '../../domain/alert/entry.js';
import { json, problem, type Answer, type Call } from './route.js';
import { problemOfRefusal } from './status-of.js';

/** Who asks: an authenticating proxy's word first, then the body's, else `anonymous`. */
export function whoAsks(call: Pick<Call, 'user'>, inBody?: string): string {
  return call.user ?? inBody ?? 'anonymous';
}

/**
 * Submits a command and answers with what came of it: `onApplied` gets the id of the incident or silence that it was
 * about (of the first time, where the Idempotency-Key repeats a command), a refusal is a problem with its reason, and
 * what is not decided in time is 202 with the address of its outcome.
 */
export async function answerCommand(
  submit: SubmitCommand,
  asked: {
    readonly call: Call;
    readonly by: string;
    readonly command: Command;
    /** What is known before the decision, for the body of a 202. */
    readonly promised?: object;
  },
  onApplied: (subject: string) => Promise<Answer>,
): Promise<Answer> {
  const { by, command, call } = asked;
  const request: CommandRequest = call.idempotency
    ? { by, command, idempotency: call.idempotency }
    : { by, command };
  const submitted = await submit(request);
  if (submitted.kind === 'pending') {
    return pendingAnswer(submitted.command, asked.promised);
  }
  const { outcome } = submitted;
  if (outcome.reason !== null) return problem(problemOfRefusal(outcome.reason, outcome.detail));
  return onApplied(outcome.subject);
}

/** 202: the command is durable, and its outcome will be at Location. */
export function pendingAnswer(command: string, promised: object = {}): Answer {
  const location = `/api/v1/commands/${encodeURIComponent(command)}`;
  return json({ command, result: 'pending', ...promised }, { status: 202, headers: { Location: location } });
}
