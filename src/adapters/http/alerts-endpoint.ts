import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ByteBudget, createByteBudget } from '../../app/byte-budget.js';
import type { Accepted, Intake, Taken } from '../../app/intake.js';
import type { Clock } from '../../app/ports.js';
import type { Emit } from '../../app/telemetry-events.js';
import { alertmanagerV2 } from '../../domain/sources/alertmanager-v2.js';
import { native } from '../../domain/sources/native.js';
import { webhookSources } from '../../domain/sources/registry.js';
import type { Source } from '../../domain/sources/source.js';
import { alertmanagerAnswers, type AlertsAnswers, ownAnswers } from './alerts-answers.js';
import type { AlertsRefusal } from './alerts-refusal.js';
import { isJson, parseMediaType } from './media-type.js';
import { parseJson } from '../../app/parse-json.js';
import { discardRest, readBody } from './read-body.js';
import { assignRequestId } from './request-id.js';
import { internalError, problemOfError } from './status-of.js';

export interface AlertsEndpointDependencies {
  readonly intake: Intake;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly limits: {
    /** Of one body, as sent and inflated. */
    readonly maxBodyBytes: number;
    /** A body must be complete after this long. */
    readonly bodyTimeoutMs: number;
    /** Of all bodies being received at once. */
    readonly maxReceivingBytes: number;
  };
}

/** One address that takes alerts. */
interface AlertsRoute {
  /** The name in telemetry. */
  readonly name: string;
  readonly source: Source | { readonly unknown: string };
  readonly answers: AlertsAnswers;
  /** Methods that somebody else answers under the same path. */
  readonly elsewhere: readonly string[];
}

const alertmanagerRoute: AlertsRoute = {
  name: '/api/v2/alerts',
  source: alertmanagerV2,
  answers: alertmanagerAnswers,
  elsewhere: [],
};

const fixedRoutes: ReadonlyMap<string, AlertsRoute> = new Map([
  ['/api/v2/alerts', alertmanagerRoute],
  ['/api/v2/alerts/', alertmanagerRoute],
  ['/alertmanager/api/v2/alerts', alertmanagerRoute],
  ['/alertmanager/api/v2/alerts/', alertmanagerRoute],
  [
    '/api/v1/alerts',
    { name: '/api/v1/alerts', source: native, answers: ownAnswers, elsewhere: ['GET', 'HEAD'] },
  ],
]);

const webhookPrefix = '/webhooks/';

/**
 * Takes alerts straight from node's http server, ahead of Express, which costs more than all the rest of the way into the
 * log. Returns false for a request that is somebody else's.
 */
export function createAlertsEndpoint(
  dependencies: AlertsEndpointDependencies,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const endpoint = new AlertsEndpoint(dependencies);
  return (req, res) => {
    const route = routeOf(req.url ?? '');
    if (route === null || route.elsewhere.includes(req.method ?? '')) return false;
    void endpoint.serve(req, res, route);
    return true;
  };
}

function routeOf(url: string): AlertsRoute | null {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const fixed = fixedRoutes.get(path);
  if (fixed !== undefined) return fixed;
  if (!path.startsWith(webhookPrefix)) return null;
  const name = decoded(path.slice(webhookPrefix.length));
  return {
    name: '/webhooks/{source}',
    source: webhookSources.get(name) ?? { unknown: name },
    answers: ownAnswers,
    elsewhere: [],
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not percent-encoded as it should be: no source is called that, and the answer shows it as it came.
    return name;
  }
}

class AlertsEndpoint {
  readonly #dependencies: AlertsEndpointDependencies;
  readonly #receiving: ByteBudget;
  /** Makes ids of this process unlike those of any other. */
  readonly #prefix = randomBytes(6).toString('hex');
  #requests = 0;

  constructor(dependencies: AlertsEndpointDependencies) {
    this.#dependencies = dependencies;
    this.#receiving = createByteBudget(dependencies.limits.maxReceivingBytes);
  }

  /** Never rejects: whatever happens, the request is answered or its client is gone. */
  async serve(req: IncomingMessage, res: ServerResponse, route: AlertsRoute): Promise<void> {
    const started = performance.now();
    const requestId = assignRequestId(req, res, () => `${this.#prefix}-${(++this.#requests).toString(36)}`);
    const result = await this.#take(req, route).catch((error: unknown): AlertsRefusal => {
      const problem = problemOfError(error);
      if (problem !== null) return { kind: 'failed', problem };
      const { emit } = this.#dependencies;
      emit({ kind: 'request-failed', method: req.method ?? '', route: route.name, requestId, error });
      return { kind: 'failed', problem: internalError(requestId) };
    });
    const status = this.#answer(req, res, { route, result });
    this.#dependencies.emit({
      kind: 'request-finished',
      method: req.method ?? '',
      route: route.name,
      status,
      durationMs: performance.now() - started,
      requestId,
    });
  }

  #answer(
    req: IncomingMessage,
    res: ServerResponse,
    what: { readonly route: AlertsRoute; readonly result: Taken | AlertsRefusal },
  ): number {
    const { route, result } = what;
    if (result.kind === 'accepted') return route.answers.taken(req, res, result);
    const status = route.answers.refused(req, res, result);
    discardRest(req, this.#dependencies.clock);
    return status;
  }

  async #take(req: IncomingMessage, route: AlertsRoute): Promise<Taken | AlertsRefusal> {
    const { source } = route;
    if (req.method !== 'POST')
      return {
        kind: 'method',
        method: req.method ?? '',
        allow: [...route.elsewhere, 'POST', ...route.answers.also],
      };
    if ('unknown' in source)
      return { kind: 'unknown-source', name: source.unknown, known: [...webhookSources.keys()] };
    const wrongType = refuseMediaType(req, route);
    if (wrongType !== null) return wrongType;
    const { intake, limits, clock } = this.#dependencies;
    const body = await readBody(req, {
      maxBytes: limits.maxBodyBytes,
      timeoutMs: limits.bodyTimeoutMs,
      budget: this.#receiving,
      clock,
    });
    if (body.kind !== 'bytes') return body;
    const repeats = intake.acceptText(source, body.bytes);
    if (repeats !== null) return await repeats;
    const parsed = parseJson(body.bytes);
    if (parsed.kind !== 'json') return parsed;
    const facts = { bytes: body.bytes.length, wellFormed: parsed.wellFormed };
    const accepted: Accepted = await intake.accept(source, parsed.value, facts);
    return accepted.kind === 'accepted' ? accepted : { ...accepted, body: parsed.value };
  }
}

/** Alertmanager takes any charset for UTF-8, looks at the type only if there is a body, and knows no `+json`. */
function refuseMediaType(req: IncomingMessage, route: AlertsRoute): AlertsRefusal | null {
  const header = req.headers['content-type'];
  const media = parseMediaType(header);
  if (route.answers === alertmanagerAnswers)
    return media.type === 'application/json' || !hasBody(req)
      ? null
      : { kind: 'media-type', found: media.type };
  if (!isJson(media)) return { kind: 'media-type', found: header ?? '' };
  if (media.charset !== null && media.charset !== 'utf-8' && media.charset !== 'utf8')
    return { kind: 'charset', found: media.charset };
  return null;
}

function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}
