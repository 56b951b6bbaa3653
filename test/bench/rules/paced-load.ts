import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openLoadConnection } from '../ingest/load-connection.js';

/** One answer. Times are ms of `performance.now()`. */
export interface Answered {
  readonly at: number;
  /** From when its request was due: that it could not be sent before the last answer is waiting too. */
  readonly waitedMs: number;
  /** CPU time of the server's main thread since the answer before, from whichever connection. */
  readonly workedMs: number;
}

export interface PacedLoad {
  readonly answers: readonly Answered[];
  /** Resolves when every request is answered. Rejects at the first answer that is not 2xx. */
  stop(): Promise<void>;
}

const connections = 8;
const answerWithinMs = 60_000;

/** Sends one request after the other, evenly, whatever the answers take, until it is stopped. */
export function startPacedLoad(options: {
  readonly server: { readonly url: string; readonly pid: number };
  readonly path: string;
  readonly requestsPerSecond: number;
  readonly nextBody: () => object;
}): PacedLoad {
  const { server, path, requestsPerSecond, nextBody } = options;
  const { host, port } = new URL(server.url);
  const answers: Answered[] = [];
  let isOver = false;
  let worked = mainThreadMs(server.pid);
  const began = performance.now();
  const everyMs = (connections * 1_000) / requestsPerSecond;

  async function send(index: number): Promise<void> {
    const connection = await openLoadConnection(Number(port), answerWithinMs);
    try {
      for (let count = 0; !isOver; count += 1) {
        const due = began + (index / connections + count) * everyMs;
        await delay(due - performance.now());
        const body = Buffer.from(JSON.stringify(nextBody()));
        const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
        const { status, body: told } = await connection.send(Buffer.concat([Buffer.from(head), body]));
        if (status < 200 || status > 299) throw new Error(`The server answered ${status}: ${told}`);
        const at = performance.now();
        const now = mainThreadMs(server.pid);
        answers.push({ at, waitedMs: at - due, workedMs: now - worked });
        worked = now;
      }
    } finally {
      connection.close();
    }
  }

  const sending = Promise.all(Array.from({ length: connections }, (_, index) => send(index)));
  // Whoever stops it is told.
  sending.catch(() => undefined);
  return {
    answers,
    async stop() {
      isOver = true;
      await sending;
    },
  };
}

/** CPU time that the main thread of a process has used, from /proc, so on Linux only. */
export function mainThreadMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
