import type { OauthClient } from './kafka-connection.js';

interface Token {
  readonly value: string;
  /** Unix milliseconds from which on it is not handed out any more. */
  readonly staleAt: number;
}

const FETCH_MS = 5_000;
/** A broker closes the connection when the token ends: don't hand out one that is about to. */
const EARLY_MS = 20_000;
const UNTOLD_LIFETIME_S = 300;

/**
 * Fetches access tokens by the client-credentials grant and hands each out until shortly before it ends. The endpoint's
 * lifetime counts from our clock, which need not agree with anybody else's.
 */
export function createTokenProvider(client: OauthClient): () => Promise<{ value: string }> {
  let current: Promise<Token> | null = null;
  return async () => {
    current ??= fetchToken(client);
    try {
      const token = await current;
      if (Date.now() < token.staleAt) return { value: token.value };
    } catch (error) {
      current = null;
      throw error;
    }
    current = fetchToken(client);
    return { value: (await current).value };
  };
}

async function fetchToken(client: OauthClient): Promise<Token> {
  const response = await fetch(client.tokenUrl, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(client.clientId)}:${encodeURIComponent(client.clientSecret)}`).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(client.scope === undefined ? {} : { scope: client.scope }),
    }),
    signal: AbortSignal.timeout(FETCH_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The token endpoint ${client.tokenUrl} answered ${response.status}.`);
  }
  const answer = (await response.json()) as { access_token?: unknown; expires_in?: unknown };
  if (typeof answer.access_token !== 'string' || answer.access_token === '') {
    throw new Error(`The token endpoint ${client.tokenUrl} answered without an access_token.`);
  }
  const lifetime = typeof answer.expires_in === 'number' ? answer.expires_in : UNTOLD_LIFETIME_S;
  return { value: answer.access_token, staleAt: Date.now() + lifetime * 1000 - EARLY_MS };
}
