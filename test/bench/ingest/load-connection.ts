import { connect } from 'node:net';
import { createResponseReader, type HttpAnswer } from './response-reader.js';

export interface LoadConnection {
  /** Sends one request and resolves with its answer. One at a time: the next only after the answer. */
  send(request: Buffer): Promise<HttpAnswer>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Opens one keep-alive connection on loopback. A connection that breaks or falls silent rejects what waits on it. */
export async function openLoadConnection(port: number, answerWithinMs: number): Promise<LoadConnection> {
  let waiting: Waiting | null = null;
  const settle = (use: (waiting: Waiting) => void): void => {
    const settled = waiting;
    waiting = null;
    if (settled === null) throw new Error('The server answered without a request.');
    use(settled);
  };
  const read = createResponseReader((answer) => {
    settle(({ resolve }) => {
      resolve(answer);
    });
  });
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(16_384),
      callback: (length, buffer) => {
        read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
  socket.setTimeout(answerWithinMs, () => {
    if (waiting !== null) socket.destroy(new Error(`No answer within ${answerWithinMs} ms.`));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let failure: Error | null = null;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    failure ??= new Error('The server closed the connection.');
    waiting?.reject(failure);
    waiting = null;
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== null) {
          reject(failure);
          return;
        }
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => {
      socket.destroy();
    },
  };
}
