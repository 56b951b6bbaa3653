import { connect, type Socket } from 'node:net';

/** What came back on a connection that was written to by hand. */
export interface RawAnswer {
  /** Of the last response that is not 1xx; null if none came. */
  readonly status: number | null;
  /** Everything received, as latin1. */
  readonly text: string;
  /** The server ended the connection. */
  readonly closed: boolean;
  /** The connection broke off with this code, such as ECONNRESET. */
  readonly error: string | null;
}

export interface RawRequest {
  /** Written one after the other. */
  readonly parts: readonly (Buffer | string)[];
  /** Pause between two parts, ms. */
  readonly pauseMs?: number;
  /** How many responses to wait for; 1 unless told. The connection's end comes first in any case. */
  readonly answers?: number;
  /** Half-close after the last part. */
  readonly end?: boolean;
  /** Break the connection off after the last part instead of waiting for an answer. */
  readonly destroy?: boolean;
}

/**
 * Writes a request to the port as it stands, right or wrong, and waits until a whole response is there, the connection ends,
 * or the time is over.
 */
export async function sendRaw(port: number, request: RawRequest, timeoutMs = 3000): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const answer = collect(socket, { timeoutMs, answers: request.answers ?? 1 });
  for (const [index, part] of request.parts.entries()) {
    if (index > 0 && request.pauseMs !== undefined) await pause(request.pauseMs);
    if (socket.destroyed) break;
    socket.write(part);
  }
  if (request.destroy === true) {
    await new Promise<void>((resolve) =>
      socket.write('', () => {
        resolve();
      }),
    );
    socket.destroy();
  } else if (request.end === true) socket.end();
  return answer;
}

/** Status codes of the whole responses in a received text, 1xx left out. */
export function statusesIn(text: string): number[] {
  const found: number[] = [];
  let rest = text;
  for (let response = nextResponse(rest); response !== null; response = nextResponse(rest)) {
    if (response.status >= 200) found.push(response.status);
    rest = rest.slice(response.length);
  }
  return found;
}

function collect(
  socket: Socket,
  until: { readonly timeoutMs: number; readonly answers: number },
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let error: string | null = null;
    let closed = false;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: statusesIn(text).at(-1) ?? null, text, closed, error });
    };
    const timer = setTimeout(finish, until.timeoutMs);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (statusesIn(text).length >= until.answers) finish();
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code ?? cause.message;
    });
    socket.on('end', () => {
      closed = true;
    });
    socket.on('close', () => {
      closed = true;
      finish();
    });
  });
}

function nextResponse(text: string): { readonly status: number; readonly length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  if (headEnd < 0 || status === undefined) return null;
  const head = text.slice(0, headEnd);
  const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const length = headEnd + 4 + bodyLength;
  return text.length < length ? null : { status: Number(status), length };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
