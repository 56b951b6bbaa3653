import type { Problem } from '../../app/ports.js';
import type { ProblemDetails } from './problem.js';
import type { BodyRefusal } from './read-body.js';

/** All reasons why alerts were not taken, before each API says it in its own words. */
export type AlertsRefusal =
  | BodyRefusal
  | { readonly kind: 'method'; readonly method: string; readonly allow: readonly string[] }
  | { readonly kind: 'unknown-source'; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: 'media-type'; readonly found: string }
  | { readonly kind: 'charset'; readonly found: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-utf8' }
  | { readonly kind: 'not-json'; readonly detail: string }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly body: unknown }
  /** What broke on our side, said already as a problem. */
  | { readonly kind: 'failed'; readonly problem: ProblemDetails };

type Described = Pick<ProblemDetails, 'status' | 'title' | 'detail' | 'headers' | 'errors'>;

/** What the refusal means to a sender: status, what is wrong and what to do. */
export function describeRefusal(refusal: AlertsRefusal): ProblemDetails {
  if (refusal.kind === 'failed') return refusal.problem;
  return { ...describe(refusal), kind: refusal.kind };
}

function describe(refusal: Exclude<AlertsRefusal, { kind: 'failed' }>): Described {
  switch (refusal.kind) {
    case 'method':
    case 'unknown-source':
      return describeAddress(refusal);
    case 'media-type':
    case 'charset':
    case 'content-encoding':
      return describeEncoding(refusal);
    case 'invalid':
      return {
        status: 400,
        title: 'The body is not valid',
        detail: 'Nothing of it was taken. Correct what errors names and send it again.',
        errors: refusal.problems.map(({ pointer, message }) => ({ pointer, message })),
      };
    case 'empty':
    case 'not-utf8':
    case 'not-json':
    case 'not-gzip':
      return describeUnreadable(refusal);
    case 'too-large':
    case 'too-slow':
    case 'crowded':
    case 'aborted':
      return describeTransport(refusal);
  }
}

function describeAddress(refusal: Extract<AlertsRefusal, { kind: 'method' | 'unknown-source' }>): Described {
  if (refusal.kind === 'method')
    return {
      status: 405,
      title: 'Method not allowed',
      detail: `${refusal.method} is not allowed here, only ${refusal.allow.join(', ')}.`,
      headers: { Allow: refusal.allow.join(', ') },
    };
  return {
    status: 404,
    title: 'No such source',
    detail: `There is no webhook source ${JSON.stringify(refusal.name)}. Known sources: ${refusal.known.join(', ')}.`,
  };
}

function describeEncoding(
  refusal: Extract<AlertsRefusal, { kind: 'media-type' | 'charset' | 'content-encoding' }>,
): Described {
  if (refusal.kind === 'media-type')
    return {
      status: 415,
      title: 'Unsupported media type',
      detail:
        refusal.found === ''
          ? 'There is no Content-Type. Send application/json.'
          : `The Content-Type is ${refusal.found}. Send application/json.`,
    };
  if (refusal.kind === 'charset')
    return {
      status: 415,
      title: 'Unsupported character set',
      detail: `The body is said to be in ${refusal.found}. Send UTF-8.`,
    };
  return {
    status: 415,
    title: 'Unsupported content encoding',
    detail: `The body is said to be encoded as ${refusal.found}. Send it as it is or as gzip.`,
    headers: { 'Accept-Encoding': 'gzip, identity' },
  };
}

function describeUnreadable(
  refusal: Extract<AlertsRefusal, { kind: 'empty' | 'not-utf8' | 'not-json' | 'not-gzip' }>,
): Described {
  if (refusal.kind === 'not-gzip')
    return {
      status: 400,
      title: 'The body is not gzip',
      detail: `Content-Encoding says gzip, but the body can not be inflated: ${refusal.detail}.`,
    };
  const detail = {
    empty: 'The body is empty. Send one JSON document.',
    'not-utf8': 'The body is not valid UTF-8.',
    'not-json': refusal.kind === 'not-json' ? refusal.detail : '',
  }[refusal.kind];
  return {
    status: 400,
    title: 'The body is not JSON',
    detail,
    errors: [{ pointer: '', message: detail }],
  };
}

function describeTransport(
  refusal: Extract<AlertsRefusal, { kind: 'too-large' | 'too-slow' | 'crowded' | 'aborted' }>,
): Described {
  switch (refusal.kind) {
    case 'too-large':
      return {
        status: 413,
        title: 'The body is too large',
        detail: `At most ${refusal.limit} bytes are taken, counted after gzip. Send it in several requests.`,
      };
    case 'too-slow':
      return {
        status: 408,
        title: 'The body came too slowly',
        detail: `It was not complete after ${refusal.timeoutMs} ms.`,
        headers: { Connection: 'close' },
      };
    case 'crowded':
      return {
        status: 503,
        title: 'Too much at once',
        detail: 'Too many bodies are being received. Try again later.',
        headers: { 'Retry-After': '1' },
      };
    case 'aborted':
      // Nobody reads it; the status is the one that servers log for a client that left.
      return { status: 499, title: 'The client left', detail: 'The connection was closed within the body.' };
  }
}
