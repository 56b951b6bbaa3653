import type { IncomingMessage, ServerResponse } from 'node:http';

const acceptable = /^[\x21-\x7e]{1,128}$/;

/**
 * The id under which a request is found in the logs: the caller's `X-Request-Id` where it is 1–128 visible ASCII
 * characters, else a new one. Returned in the same header; a second call for one answer gives the same id.
 */
export function assignRequestId(req: IncomingMessage, res: ServerResponse, newId: () => string): string {
  const assigned = res.getHeader('X-Request-Id');
  if (typeof assigned === 'string') return assigned;
  const given = req.headers['x-request-id'];
  const id = typeof given === 'string' && acceptable.test(given) ? given : newId();
  if (!res.headersSent) res.setHeader('X-Request-Id', id);
  return id;
}
