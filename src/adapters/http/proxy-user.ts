import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who an authenticating proxy in front of Tocsin says is asking: `X-Forwarded-User`, else `X-Remote-User`; null without
 * one. Such a proxy must drop these headers from what clients send; without a proxy anybody may claim any name.
 */
export function proxyUser(headers: IncomingHttpHeaders): string | null {
  for (const name of ['x-forwarded-user', 'x-remote-user']) {
    const value = headers[name];
    const user = typeof value === 'string' ? decode(value).trim() : '';
    // As long as `by` in a body may be.
    if (user !== '') return user.slice(0, 200);
  }
  return null;
}

/** Node hands header bytes over as Latin-1; proxies write UTF-8. */
function decode(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? value : text;
}
