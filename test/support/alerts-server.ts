import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import {
  type AlertsEndpointDependencies,
  createAlertsEndpoint,
} from '../../src/adapters/http/alerts-endpoint.js';
import { createIntake } from '../../src/app/intake.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { undescribed } from './openapi-document.js';
import { unspread } from './unspread.js';
import { createRecordingLog, type RecordingLog } from './recording-log.js';

/** The way in for alerts on a real http server and a free port, in front of a log that remembers. */
export interface AlertsServer {
  readonly url: string;
  readonly port: number;
  readonly log: RecordingLog;
  readonly events: readonly TelemetryEvent[];
  /** As `application/json` unless told otherwise. */
  post(path: string, body: string | Uint8Array | null, headers?: Record<string, string>): Promise<Response>;
  postJson(path: string, body: unknown): Promise<Response>;
  /** Open connections. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const check = createCheckBody();

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
}

/** The problem in an answer, which must be one of RFC 9457. */
export async function readProblem(response: Response): Promise<ProblemBody> {
  expect(response.headers.get('content-type')).to.equal('application/problem+json; charset=utf-8');
  const body = (await response.json()) as ProblemBody;
  expect(body.status).to.equal(response.status);
  return body;
}

/** Throws where docs/openapi.yaml says nothing of such an answer. */
async function post(
  url: string,
  body: string | Uint8Array | null,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
): Promise<Response> {
  const response = await fetch(url, { method: 'POST', body, headers });
  const text = await response.clone().text();
  const undocumented = undescribed('POST', url, { status: response.status, headers: response.headers, text });
  // What another part of the service would answer: there is none behind this server.
  if (undocumented !== '' && response.status !== 418) throw new Error(`docs/openapi.yaml: ${undocumented}`);
  return response;
}

export async function startAlertsServer(
  options: {
    readonly limits?: Partial<AlertsEndpointDependencies['limits']>;
    readonly maxPendingBytes?: number;
  } = {},
): Promise<AlertsServer> {
  const log = createRecordingLog();
  const events: TelemetryEvent[] = [];
  const emit = (event: TelemetryEvent): void => {
    events.push(event);
  };
  const maxPendingBytes = options.maxPendingBytes ?? 64 * 1024 * 1024;
  const intake = createIntake({ shards: unspread(log), check, clock: systemClock, emit, maxPendingBytes });
  const limits = {
    maxBodyBytes: 4 * 1024 * 1024,
    bodyTimeoutMs: 5000,
    maxReceivingBytes: 64 * 1024 * 1024,
    ...options.limits,
  };
  const takesAlerts = createAlertsEndpoint({ intake, emit, clock: systemClock, limits });
  const server = createServer((req, res) => {
    if (takesAlerts(req, res)) return;
    res.writeHead(418, { 'Content-Length': 0 });
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    log,
    events,
    post: (path, body, headers) => post(url + path, body, headers),
    postJson: (path, body) => post(url + path, JSON.stringify(body)),
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => {
          if (error === null) resolve(count);
          else reject(error);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
