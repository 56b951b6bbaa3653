import type { ServerResponse } from 'node:http';

/** One thing wrong with the input: a JSON pointer into the body ('' = all of it), or `?name` for a query parameter. */
export interface ProblemError {
  readonly pointer: string;
  readonly message: string;
}

/** An error answer of RFC 9457. `extensions` are members beside the standard ones, such as `reason`. */
export interface ProblemDetails {
  readonly status: number;
  /** What kind of problem, for programs: `type` is `urn:tocsin:problem:<kind>`. `invalid` is all input that is not valid. */
  readonly kind: string;
  /** The same for people: the same words for every occurrence. */
  readonly title: string;
  /** What is wrong this time, and what to do. */
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers with `application/problem+json` and ends the response. An answer that has already begun can't be changed any
 * more: it is cut off, so that the client doesn't take it for a whole one.
 */
export function sendProblem(res: ServerResponse, problem: ProblemDetails): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify({
    type: problemType(problem.kind),
    title: problem.title,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...problem.extensions,
  });
  res.statusCode = problem.status;
  for (const [name, value] of Object.entries(problem.headers ?? {})) res.setHeader(name, value);
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.end(body);
}

/** RFC 9457's `type` of a kind of problem. */
export function problemType(kind: string): string {
  return `urn:tocsin:problem:${kind}`;
}
