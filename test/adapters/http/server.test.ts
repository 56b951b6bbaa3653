import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import {
  type HttpServer,
  type HttpServerOptions,
  startHttpServer,
} from '../../../src/adapters/http/server.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import { sendRaw } from '../../support/raw-http.js';

describe('the HTTP server', () => {
  const started: HttpServer[] = [];
  const events: TelemetryEvent[] = [];
  const hello: RequestListener = (_req, res) => res.end('app');

  const start = async (options: Partial<HttpServerOptions> = {}): Promise<HttpServer> => {
    const server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      alertsEndpoint: () => false,
      app: hello,
      emit: (event) => {
        events.push(event);
      },
      newId: () => 'id-1',
      ...options,
    });
    started.push(server);
    return server;
  };

  const refusal = async (options: Partial<HttpServerOptions>): Promise<TocsinError> => {
    try {
      await start(options);
    } catch (error) {
      if (error instanceof TocsinError) return error;
      throw error;
    }
    throw new Error('It started.');
  };

  afterEach(async () => {
    events.length = 0;
    await Promise.all(started.splice(0).map((server) => server.close()));
  });

  it('gives the address that it answers at, also for a free port', async () => {
    const server = await start();
    expect(server.address).to.equal(`http://127.0.0.1:${server.port}`);
    expect(await (await fetch(server.address)).text()).to.equal('app');
  });

  it('lets the alerts endpoint answer first', async () => {
    const server = await start({
      alertsEndpoint: (req, res) => {
        if (req.url !== '/webhooks/x') return false;
        res.end('alerts');
        return true;
      },
    });
    expect(await (await fetch(`${server.address}/webhooks/x`)).text()).to.equal('alerts');
    expect(await (await fetch(`${server.address}/other`)).text()).to.equal('app');
  });

  it('says what to do where the port is taken', async () => {
    const { port } = await start();
    const error = await refusal({ port });
    expect(error).to.include({ code: 'address-in-use', retriable: false });
    expect(error.message)
      .to.contain(`127.0.0.1:${port}`)
      .and.to.contain('TOCSIN_PORT')
      .and.to.contain('--port');
  });

  it('says what to do where the host is none of this machine', async () => {
    const error = await refusal({ host: '192.0.2.1' });
    expect(error.code).to.equal('address-not-usable');
    expect(error.message).to.contain('192.0.2.1:0').and.to.contain('TOCSIN_HOST');
  });

  it('survives a handler that throws', async () => {
    const error = new Error('secret');
    const server = await start({
      alertsEndpoint: () => {
        throw error;
      },
    });
    const response = await fetch(server.address);
    expect(response.status).to.equal(500);
    expect(await response.text())
      .to.contain('id-1')
      .and.not.to.contain('secret');
    expect(events).to.deep.equal([
      { kind: 'request-failed', method: 'GET', route: 'unmatched', requestId: 'id-1', error },
    ]);
  });

  it('takes whole addresses for the paths in them, as proxies send them', async () => {
    const seen: string[] = [];
    const app = (req: IncomingMessage, res: ServerResponse): void => {
      seen.push(req.url ?? '');
      res.end('ok');
    };
    const { port } = await start({ app });
    for (const target of ['http://tocsin:8080/a?b', 'HTTPS://tocsin', 'http://t?b', '*', '//double'])
      await sendRaw(port, { parts: [`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`] });
    expect(seen).to.deep.equal(['/a?b', '/', '/?b', '*', '//double']);
  });

  const refusedEarly: readonly (readonly [what: string, request: string, status: number])[] = [
    ['no Host header', 'GET / HTTP/1.1\r\n\r\n', 400],
    [
      'an expectation that nobody knows',
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\nx',
      417,
    ],
    ['the wish for a tunnel', 'CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n', 501],
  ];
  for (const [what, request, status] of refusedEarly) {
    it(`answers ${what} with a problem`, async () => {
      const { port } = await start();
      const answer = await sendRaw(port, { parts: [request] });
      expect(answer.status).to.equal(status);
      expect(answer.text).to.contain('application/problem+json').and.to.contain(`"status":${status}`);
    });
  }

  describe('what is not HTTP', () => {
    it('is answered with a problem and an end', async () => {
      const { port } = await start();
      const answer = await sendRaw(port, { parts: ['hello\r\n\r\n'] });
      expect(answer.status).to.equal(400);
      expect(answer.text).to.contain('application/problem+json').and.to.contain('"status":400');
    });

    it('is answered with 431 where the headers are too long', async () => {
      const { port } = await start();
      const answer = await sendRaw(port, {
        parts: [`GET /?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
      });
      expect(answer.status).to.equal(431);
      expect(answer.text).to.contain('too long');
    });

    it('is answered with 408 where the headers never end', async () => {
      const { port } = await start({ timeouts: { headersMs: 100, requestMs: 200, checkMs: 20 } });
      const answer = await sendRaw(port, { parts: ['GET / HTTP/1.1\r\nHost: a\r\nX-A: '] });
      expect(answer.status).to.equal(408);
      expect(answer.closed || answer.text.includes('Connection: close')).to.equal(true);
    });

    it('harms nobody who breaks off', async () => {
      const server = await start();
      await sendRaw(
        server.port,
        { parts: ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx'], destroy: true },
        100,
      );
      expect((await fetch(server.address)).status).to.equal(200);
    });
  });

  describe('closing', () => {
    it('lets the request in flight finish, and takes no more', async () => {
      let finish = (): void => undefined;
      const reached = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let answer = (): void => undefined;
      const server = await start({
        app: (_req, res) => {
          answer = () => res.end('late');
          finish();
        },
      });
      const response = fetch(server.address);
      await reached;
      const closed = server.close();
      await expectRefused(server.port);
      answer();
      expect(await (await response).text()).to.equal('late');
      const before = Date.now();
      await closed;
      expect(Date.now() - before, 'ms that the kept-alive connection held the close up').to.be.below(1000);
    });

    it('does not wait for connections that rest', async () => {
      const server = await start();
      const socket = connect(server.port, '127.0.0.1');
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await new Promise<void>((resolve) =>
        socket.once('data', () => {
          resolve();
        }),
      );
      const ended = new Promise<void>((resolve) =>
        socket.once('close', () => {
          resolve();
        }),
      );
      const before = Date.now();
      await server.close();
      await ended;
      expect(Date.now() - before).to.be.below(1000);
    });

    it('does not wait for connections that were opened ahead of need', async () => {
      const server = await start();
      const socket = connect(server.port, '127.0.0.1');
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      const ended = new Promise<void>((resolve) =>
        socket.once('close', () => {
          resolve();
        }),
      );
      const before = Date.now();
      await server.close();
      await ended;
      expect(Date.now() - before).to.be.below(1000);
    });

    it('cuts what does not end in time', async () => {
      const server = await start({ app: () => undefined, timeouts: { closeMs: 100 } });
      const response = fetch(server.address).then(
        () => 'answered',
        () => 'cut',
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      const before = Date.now();
      await server.close();
      expect(Date.now() - before).to.be.within(50, 1500);
      expect(await response).to.equal('cut');
    });

    it('may be asked for twice', async () => {
      const server = await start();
      await Promise.all([server.close(), server.close()]);
      await server.close();
      await expectRefused(server.port);
    });
  });
});

async function expectRefused(port: number): Promise<void> {
  const code = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
  });
  expect(code).to.equal('ECONNREFUSED');
}
