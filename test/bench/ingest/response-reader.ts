export interface HttpAnswer {
  readonly status: number;
  /** The body's text; kept only of answers that are not 2xx. */
  readonly body: string;
}

const headEnd = Buffer.from('\r\n\r\n');
const statusOffset = 'HTTP/1.1 '.length;

/**
 * Reads answers from one keep-alive connection on which requests go one after the other. Reads what servers send
 * to such requests: a status, headers and a body of known length. Anything else throws, so no answer is guessed.
 */
export function createResponseReader(onAnswer: (answer: HttpAnswer) => void): (chunk: Buffer) => void {
  let held: Buffer | null = null;
  return (chunk) => {
    const bytes = held === null ? chunk : Buffer.concat([held, chunk]);
    const end = bytes.indexOf(headEnd);
    const total = end === -1 ? Infinity : end + headEnd.length + bodyLength(bytes, end);
    if (bytes.length < total) {
      // The chunk's memory is the socket's and is written over by the next read.
      held = Buffer.from(bytes);
      return;
    }
    if (bytes.length > total) throw new Error('The server sent more than one answer to one request.');
    held = null;
    const status = Number(bytes.toString('latin1', statusOffset, statusOffset + 3));
    const ok = status >= 200 && status < 300;
    onAnswer({ status, body: ok ? '' : bytes.toString('utf8', end + headEnd.length) });
  };
}

function bodyLength(bytes: Buffer, headLength: number): number {
  const head = bytes.toString('latin1', 0, headLength);
  const match = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (match !== null) return Number(match[1]);
  if (head.startsWith('HTTP/1.1 204')) return 0;
  throw new Error(`The server's answer has no Content-Length:\n${head}`);
}
