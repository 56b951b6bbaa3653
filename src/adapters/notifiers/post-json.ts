import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** null when it was longer than what is read, took too long or broke off. */
  readonly text: string | null;
}

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Resolves once the status is known and the body was read or not worth more waiting; rejects when there is no status. */
export type PostJson = (request: PostRequest) => Promise<Answer>;

const maxAnswerBytes = 64 * 1024;
/** The status decides; for the rest of an answer nobody waits longer than this. */
const answerWaitMs = 2_000;

/** A client that keeps connections for the next message and follows no redirects. */
export function createPostJson(): PostJson {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  return ({ url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers, signal };
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, agent: agents.https })
          : httpRequest(url, { ...options, agent: agents.http });
      request.on('error', reject);
      request.on('response', (response) => {
        resolve(collectAnswer(response));
      });
      request.end(body);
    });
}

function collectAnswer(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => response.destroy(), answerWaitMs);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) response.destroy();
      else chunks.push(chunk);
    });
    // An answer that breaks off has still brought its status.
    response.on('error', () => undefined);
    response.on('close', () => {
      clearTimeout(timer);
      resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'] ?? null,
        text: response.complete && bytes <= maxAnswerBytes ? Buffer.concat(chunks).toString('utf8') : null,
      });
    });
  });
}
