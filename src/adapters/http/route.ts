import type { ProblemDetails } from './problem.js';
import type { QueryReader } from './parse-query.js';

export type Method = 'GET' | 'POST' | 'DELETE';

/** What a handler gets: everything of the request that it may use, already checked as far as its route says. */
export interface Call {
  /** Values of the `{…}` segments of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryReader;
  /** Parsed JSON; undefined where the request has no body. */
  readonly body: unknown;
  /** Who an authenticating proxy says is asking; null without one. */
  readonly user: string | null;
  /** Set where the route takes an Idempotency-Key and the caller gave one. */
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | null;
  /** `Last-Event-ID`: where the reader of a stream lost it; null without one. */
  readonly lastEventId: string | null;
}

/** An answer that goes on for as long as both sides like. */
export interface StreamOut {
  write(bytes: Uint8Array): void;
  /** Bytes that were written and are not sent yet. */
  waiting(): number;
  end(): void;
  /** Ends it at once; what waits is lost. */
  cut(): void;
}

export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'text'; readonly status: number; readonly contentType: string; readonly text: string }
  /** Server-sent events. What `begin` returns is called once, when the answer is over, whoever ended it. */
  | { readonly kind: 'stream'; readonly begin: (out: StreamOut) => () => void }
  | { readonly kind: 'problem'; readonly problem: ProblemDetails };

/** One method of one path: what Express serves, the hints of 404 and 405 name, and docs/openapi.yaml is held against. */
export interface Route {
  readonly method: Method;
  /** As in OpenAPI: `/api/v1/incidents/{id}`. */
  readonly path: string;
  /** Names of the query parameters it knows. Any other is refused: by the reader's `problem()`, or where it knows none ahead of the handler. */
  readonly query: readonly string[];
  readonly body: 'none' | 'optional' | 'required';
  /** Takes an Idempotency-Key. */
  readonly idempotent?: true;
  /** Refusals are answers; what it throws is a TocsinError of a port, or a bug. */
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** A path served ahead of Express. */
export type RouteName = Pick<Route, 'method' | 'path'>;

/** An answer in JSON; 200 unless told. */
export function json(
  body: unknown,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  const { status = 200, headers } = options;
  return headers === undefined ? { kind: 'json', status, body } : { kind: 'json', status, body, headers };
}

export function problem(details: ProblemDetails): Answer {
  return { kind: 'problem', problem: details };
}
