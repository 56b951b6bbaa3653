import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Emit } from '../../app/telemetry-events.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { type ProblemDetails, problemType, sendProblem } from './problem.js';
import { internalError } from './status-of.js';
import { assignRequestId } from './request-id.js';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Serves a request and returns true, or leaves it to `app`. */
  readonly alertsEndpoint: (req: IncomingMessage, res: ServerResponse) => boolean;
  readonly app: RequestListener;
  readonly emit: Emit;
  readonly newId: () => string;
  readonly timeouts?: Partial<HttpTimeouts>;
}

/** All in milliseconds. */
export interface HttpTimeouts {
  /** For all headers of a request. */
  readonly headersMs: number;
  /** For a whole request with its body. */
  readonly requestMs: number;
  /** How long a connection may rest between requests. */
  readonly keepAliveMs: number;
  /** How often the first two are looked after. */
  readonly checkMs: number;
  /** How long requests in flight may take to finish at the close. */
  readonly closeMs: number;
}

export interface HttpServer {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly port: number;
  /** Takes no more connections, lets requests in flight finish for a bounded time, then cuts what is left. */
  close(): Promise<void>;
}

const defaultTimeouts: HttpTimeouts = {
  headersMs: 10_000,
  requestMs: 60_000,
  // Longer than the five minutes after which Prometheus drops an idle connection: if the server dropped it first, a batch
  // sent in that moment would be lost, because Prometheus sends none twice.
  keepAliveMs: 360_000,
  checkMs: 5_000,
  closeMs: 5_000,
};

/** Starts to listen. Refuses with TocsinError `address-in-use` or `address-not-usable`, with what to do. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
      // Node would answer without a body: see serve().
      requireHostHeader: false,
    },
    dispatch(options),
  );
  server.on('clientError', refuseUnreadable);
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    const detail = 'Only 100-continue can be expected.';
    const problem = { status: 417, kind: 'expectation', title: 'Expectation failed', detail };
    refuse(req, res, { newId: options.newId, problem });
  });
  server.on('connect', (_req, socket: Duplex) => {
    answerUnread(socket, { line: '501 Not Implemented', kind: 'no-proxy', detail: 'This is no proxy.' });
  });
  const sockets = openSockets(server);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    address: `http://${host}:${port}`,
    port,
    close: () => (closed ??= close(server, sockets, timeouts.closeMs)),
  };
}

function dispatch({ alertsEndpoint, app, emit, newId }: HttpServerOptions): RequestListener {
  return (req, res) => {
    if (req.httpVersion === '1.1' && req.headers.host === undefined) {
      const problem = {
        status: 400,
        kind: 'no-host',
        title: 'Bad Request',
        detail: 'There is no Host header.',
      };
      refuse(req, res, { newId, problem });
      return;
    }
    // To a proxy a client names the whole address, and some proxies hand it on so.
    if (req.url?.startsWith('/') === false) req.url = req.url.replace(/^https?:\/\/[^/?#]*\/?/i, '/');
    try {
      if (!alertsEndpoint(req, res)) app(req, res);
    } catch (error) {
      const requestId = assignRequestId(req, res, newId);
      emit({ kind: 'request-failed', method: req.method ?? '', route: 'unmatched', requestId, error });
      sendProblem(res, internalError(requestId));
    }
  };
}

function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  { newId, problem }: { readonly newId: () => string; readonly problem: ProblemDetails },
): void {
  assignRequestId(req, res, newId);
  sendProblem(res, problem);
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(explainListen(error, `${host}:${port}`));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function explainListen(error: NodeJS.ErrnoException, where: string): TocsinError {
  const set = 'TOCSIN_PORT and TOCSIN_HOST or --port and --host';
  if (error.code === 'EADDRINUSE') {
    const message = `Another process listens on ${where}. Stop it, or choose another port with TOCSIN_PORT or --port (0 picks a free one).`;
    return new TocsinError(message, { code: 'address-in-use', retriable: false, cause: error });
  }
  const why = error.code === 'EACCES' ? 'this user may not use that port' : error.message;
  const message = `Can not listen on ${where}: ${why}. Choose another address with ${set}.`;
  return new TocsinError(message, { code: 'address-not-usable', retriable: false, cause: error });
}

/** What can't be answered as a request. */
interface Unread {
  readonly line: string;
  readonly kind: string;
  readonly detail: string;
}

const unreadable: ReadonlyMap<string, Unread> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    {
      line: '431 Request Header Fields Too Large',
      kind: 'headers-too-large',
      detail: 'The address and headers are too long.',
    },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { line: '408 Request Timeout', kind: 'too-slow', detail: 'The request was not complete in time.' },
  ],
]);
const noHttp: Unread = { line: '400 Bad Request', kind: 'no-http', detail: 'This is not HTTP/1.1.' };

/** What can't be read as HTTP gets an answer too, if there is still somebody to get it. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answerUnread(socket, unreadable.get(error.code ?? '') ?? noHttp);
}

/** Answers on the bare connection, and ends it. */
function answerUnread(socket: Duplex, { line, kind, detail }: Unread): void {
  const [status = '', ...title] = line.split(' ');
  const problem = { type: problemType(kind), title: title.join(' '), status: Number(status), detail };
  const body = JSON.stringify(problem);
  const head = ['Content-Type: application/problem+json; charset=utf-8', `Content-Length: ${body.length}`];
  socket.end([`HTTP/1.1 ${line}`, ...head, 'Connection: close', '', body].join('\r\n'));
}

function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  // Node closes the connections that rest at this moment only; one that is busy now comes to rest later. One that was
  // opened ahead of need, as browsers do, counts as busy until its first request.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, 20);
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
