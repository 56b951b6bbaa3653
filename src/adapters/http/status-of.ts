import { TocsinError } from '../../app/tocsin-error.js';
import type { Refusal } from '../../domain/triage/outcome.js';
import type { ProblemDetails } from './problem.js';

/** Seconds after which a caller may try again what failed for a reason that passes by itself. */
const retryAfter = { 'Retry-After': '5' };

interface Meaning {
  readonly status: number;
  readonly title: string;
}

/** Codes of TocsinError that mean something to a caller; all others are a 503 where retriable, else a 500. */
const errorCodes: ReadonlyMap<string, Meaning> = new Map([
  ['bad-cursor', { status: 400, title: 'Not a cursor' }],
  ['rules-unreadable', { status: 422, title: 'The rules were not reloaded' }],
  ['log-unavailable', { status: 503, title: 'The event log can take nothing now' }],
  ['reports-busy', { status: 503, title: 'Too many reports are being made' }],
  ['log-closed', { status: 503, title: 'The service is stopping' }],
  ['entry-too-large', { status: 413, title: 'Too much at once' }],
  ['takes-nothing-in', { status: 503, title: 'This replica takes nothing in' }],
  ['store-unavailable', { status: 503, title: 'The store can answer nothing now' }],
]);

/** Why a command was refused → HTTP. 409 where the command is right but not in this state of things. */
const refusalMeanings: Readonly<Record<Refusal, Meaning>> = {
  'unknown-incident': { status: 404, title: 'No such incident' },
  'unknown-silence': { status: 404, title: 'No such silence' },
  'not-allowed-in-state': { status: 409, title: 'The state of the incident forbids the command' },
  'already-acknowledged': { status: 409, title: 'The incident is acknowledged already' },
  'unknown-team': { status: 409, title: 'No such team in the rules in force' },
  'unknown-tier': { status: 409, title: 'No such support tier' },
  'tier-not-higher': { status: 409, title: 'The tier is not higher than the present one' },
  'resolution-required': { status: 409, title: 'The incident needs a resolution first' },
  'already-mitigated': { status: 409, title: 'The incident is mitigated already' },
  'unknown-impact': { status: 409, title: 'No such impact in the rules in force' },
  'unknown-urgency': { status: 409, title: 'No such urgency in the rules in force' },
  'unknown-service': { status: 409, title: 'No such service in the rules in force' },
  'unknown-target': { status: 409, title: 'No such incident to merge into' },
  'target-not-open': { status: 409, title: 'The incident to merge into is over' },
  'merge-into-itself': { status: 409, title: 'An incident can not be merged into itself' },
  'not-a-member': { status: 409, title: 'Not all of these alerts belong to the incident' },
  'nothing-left': { status: 409, title: 'The incident would be left without alerts' },
  'nothing-fires': { status: 409, title: 'None of these alerts fires' },
  'unknown-parent': { status: 409, title: 'No such parent' },
  'parent-is-a-child': { status: 409, title: 'Incidents nest one level deep' },
  'has-children': { status: 409, title: 'Incidents nest one level deep' },
  'on-another-shard': { status: 409, title: 'The two incidents are on different shards of the log' },
  'already-responder': { status: 409, title: 'That person is a responder already' },
  'not-a-responder': { status: 409, title: 'That person is no responder' },
  'not-major': { status: 409, title: 'The incident is no major one' },
  'silence-ends-in-the-past': { status: 400, title: 'The silence would be over already' },
  'silence-ends-before-it-starts': { status: 400, title: 'The silence would end before it starts' },
  'silence-already-expired': { status: 409, title: 'The silence is over already' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for something else' },
  'internal-error': { status: 500, title: 'The command tripped over a defect of Tocsin' },
};

/** Where body parsers of Express put what they refuse. */
const transportTypes: ReadonlyMap<string, Meaning & Pick<ProblemDetails, 'kind'>> = new Map([
  ['entity.too.large', { status: 413, kind: 'too-large', title: 'The body is too large' }],
  [
    'encoding.unsupported',
    { status: 415, kind: 'content-encoding', title: 'The content encoding is not supported' },
  ],
  ['request.aborted', { status: 400, kind: 'aborted', title: 'The body broke off' }],
  [
    'request.size.invalid',
    { status: 400, kind: 'aborted', title: 'The body is not as long as Content-Length says' },
  ],
]);

/** The problem that answers a refused command; `detail` is the engine's own words. */
export function problemOfRefusal(reason: Refusal, detail: string | null): ProblemDetails {
  const meaning = refusalMeanings[reason];
  return {
    ...meaning,
    kind: reason,
    ...(detail === null ? {} : { detail }),
    extensions: { reason },
  };
}

/** The problem that answers an error which a caller may understand; null for what is nobody's business but ours (500). */
export function problemOfError(error: unknown): ProblemDetails | null {
  if (!(error instanceof TocsinError)) return problemOfTransport(error);
  const meaning =
    errorCodes.get(error.code) ?? (error.retriable ? { status: 503, title: 'Not possible now' } : undefined);
  if (meaning === undefined) return null;
  return {
    ...meaning,
    kind: error.code,
    detail: error.message,
    ...(meaning.status === 503 ? { headers: retryAfter } : {}),
  };
}

/** What answers an error that is our own fault: the log tells more under the request's id. */
export function internalError(requestId: string): ProblemDetails {
  const detail = `This is a fault of Tocsin. Its log tells more under the request id ${requestId}.`;
  return { status: 500, kind: 'internal-error', title: 'Internal error', detail, extensions: { requestId } };
}

/** What `/readyz` says while a 2xx could not be honoured, with the reason in words for people. */
export function notReady(reason: string): ProblemDetails {
  return { status: 503, kind: 'not-ready', title: 'Not ready', detail: reason, headers: retryAfter };
}

/** Why nobody more may watch the changes now. */
export function noStream(reason: string): ProblemDetails {
  return { status: 503, kind: 'no-stream', title: 'No stream now', detail: reason, headers: retryAfter };
}

function problemOfTransport(error: unknown): ProblemDetails | null {
  if (!(error instanceof Error)) return null;
  const { type, status } = error as Error & { type?: unknown; status?: unknown };
  const meaning = typeof type === 'string' ? transportTypes.get(type) : undefined;
  if (meaning !== undefined) return { ...meaning, detail: error.message };
  // A path that can't be decoded, a compressed body that can't be inflated: Express marks them as the caller's fault.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, kind: 'invalid', title: 'The request can not be read', detail: error.message };
  }
  return null;
}
