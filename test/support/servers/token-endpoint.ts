import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenEndpoint {
  readonly url: string;
  /** What it was asked: the credentials and the form of each request. */
  readonly asked: readonly {
    readonly authorization: string;
    readonly form: Readonly<Record<string, string>>;
  }[];
  stop(): Promise<void>;
}

/**
 * Answers the client-credentials grant with unsigned tokens for a subject, which a broker without a validator of its own
 * takes. Anybody but `client:s ecret` is refused.
 */
export async function startTokenEndpoint(subject: string, lifetimeS = 60): Promise<TokenEndpoint> {
  const asked: { authorization: string; form: Record<string, string> }[] = [];
  const right = `Basic ${Buffer.from('client:s%20ecret').toString('base64')}`;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const authorization = request.headers.authorization ?? '';
      asked.push({ authorization, form: Object.fromEntries(new URLSearchParams(body)) });
      if (authorization !== right) {
        response.writeHead(401).end('{"error":"invalid_client"}');
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ access_token: unsignedToken(subject, lifetimeS), expires_in: lifetimeS }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function unsignedToken(subject: string, lifetimeS: number): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [{ alg: 'none' }, { sub: subject, iat: now, exp: now + lifetimeS }];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}
