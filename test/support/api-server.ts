import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { createChangeStreams, type StreamLimits } from '../../src/adapters/http/change-streams.js';
import { createApp } from '../../src/adapters/http/create-app.js';
import type { HttpDeps } from '../../src/adapters/http/http-deps.js';
import { startHttpServer } from '../../src/adapters/http/server.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { type ChangeFeed, createChangeFeed } from '../../src/app/change-feed.js';
import { oneReportAtATime } from '../../src/app/one-report-at-a-time.js';
import { createExplainAlerts } from '../../src/app/explain-alert.js';
import type { Views } from '../../src/app/ports.js';
import type { ReadTopicMessage } from '../../src/app/read-message.js';
import type { ReloadRequest, ReloadResult } from '../../src/app/reload-rules.js';
import { createReplayDeadLetter } from '../../src/app/replay-dead-letter.js';
import { createSummarizeIncidents } from '../../src/app/summarize-incidents.js';
import type { CommandRequest, SubmitCommand, Submitted } from '../../src/app/submit-command.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { undescribed } from './openapi-document.js';
import { sampleOutcome } from './sample-documents.js';
import { sampleRules } from './sample-rules.js';
import { createScriptedViews, type ScriptedViews } from './scripted-views.js';

/** The API on a real http server and a free port, in front of views and a log that do as they are told. */
export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly views: ScriptedViews;
  /** Commands submitted so far. */
  readonly submitted: CommandRequest[];
  /** What streams tell; begins with commit 7 at position 70. */
  readonly feed: ChangeFeed;
  readonly events: TelemetryEvent[];
  /** What the rest of the service says next. */
  readonly script: {
    submit: (request: CommandRequest) => Promise<Submitted>;
    reload: (request: ReloadRequest) => Promise<ReloadResult>;
    /** What reading a message again comes to. */
    read: ReadTopicMessage;
    ready: string | null;
    rules: HttpDeps['rules'];
    metrics: HttpDeps['metrics'];
  };
  /** One request; a body that is no text or bytes is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly body: Record<string, unknown>;
}

const check = createCheckBody();

export const apiNow = Date.UTC(2026, 0, 5, 9);

/** `reads` stands in for the scripted views. */
export async function startApiServer(
  options: {
    readonly reads?: Views;
    readonly streams?: Partial<StreamLimits>;
    readonly bodyTimeoutMs?: number;
  } = {},
): Promise<ApiServer> {
  const views = createScriptedViews();
  const submitted: CommandRequest[] = [];
  const events: TelemetryEvent[] = [];
  let ids = 0;
  const script: ApiServer['script'] = {
    submit: () => Promise.resolve({ kind: 'done', outcome: sampleOutcome() }),
    reload: () => Promise.resolve({ kind: 'unchanged', revision: 'sample', issues: [], warming: [] }),
    read: () => ({ alerts: [], ignored: 0, unread: null }),
    ready: null,
    rules: {
      current: () => sampleRules(),
      hits: () => ({ count: 0, lastAt: null }),
      warming: () => null,
      broken: () => null,
      lastFailure: () => null,
      reload: (request) => script.reload(request),
    },
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'tocsin_up 1\n' }),
  };
  const feed = createChangeFeed({ number: 7, position: 70, at: apiNow, rules: 'sample' });
  const emit = (event: TelemetryEvent): void => void events.push(event);
  const limits = options.streams ?? {};
  const streams = createChangeStreams({ changes: feed, clock: systemClock, emit, limits });
  const submit: SubmitCommand = (request) => {
    submitted.push(request);
    return script.submit(request);
  };
  const rules: HttpDeps['rules'] = {
    current: () => script.rules.current(),
    hits: (rule) => script.rules.hits(rule),
    warming: (rule) => script.rules.warming(rule),
    broken: (rule) => script.rules.broken(rule),
    lastFailure: () => script.rules.lastFailure(),
    reload: (request) => script.reload(request),
  };
  const deps: HttpDeps = {
    streams,
    views: options.reads ?? views,
    submit,
    rules,
    replay: createReplayDeadLetter({
      ...{ views: options.reads ?? views, rules, submit },
      shards: { split: (items) => new Map([[0, items]]) },
      read: (topic, message) => script.read(topic, message),
    }),
    summarize: oneReportAtATime(createSummarizeIncidents({ views: options.reads ?? views })),
    explain: createExplainAlerts({
      engines: () => new Map(),
      shardOf: () => 0,
      rules: () => script.rules.current(),
      check,
      clock: { now: () => apiNow },
      views: options.reads ?? views,
    }),
    check,
    ready: () => script.ready,
    metrics: () => script.metrics(),
    emit,
    clock: { ...systemClock, now: () => apiNow },
    newId: () => `id-${++ids}`,
  };
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    alertsEndpoint: () => false,
    app: createApp(deps, options),
    emit: deps.emit,
    newId: deps.newId,
  });
  return {
    url: server.address,
    port: server.port,
    views,
    submitted,
    feed,
    events,
    script,
    call: (method, path, options = {}) => send(server.address + path, method, options),
    close: () => {
      streams.close();
      return server.close();
    },
  };
}

async function send(url: string, method: string, { body, headers }: CallOptions): Promise<ApiAnswer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const undocumented = undescribed(method, url, { status: response.status, headers: response.headers, text });
  if (undocumented !== '') throw new Error(`docs/openapi.yaml: ${undocumented}`);
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}
