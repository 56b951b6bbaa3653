import type { IncomingAlert, JsonObject, Labels } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { pairsProblem, type ReceivedPairs, withoutEmpty, withoutNull } from './label-pairs.js';
import { quoted } from './quoted.js';
import { isRequestUri } from './request-uri.js';
import { notATime, readTime, unsetTime } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection, Source } from './source.js';
import { titleOf } from './title.js';

/** Alertmanager's `resolve_timeout`: how long an alert without an end is taken to fire on after its last message. */
const resolveTimeoutMs = 300_000;

/** Go unsets a field by null, by '' and, a time, by its zero. */
interface PostableAlert {
  readonly labels: ReceivedPairs;
  readonly annotations?: ReceivedPairs | null;
  readonly startsAt?: string | null;
  readonly endsAt?: string | null;
  readonly generatorURL?: string | null;
}

type Malformed = NonNullable<Mapped['malformed']>[number];

/** `POST /api/v2/alerts` of Alertmanager: what Prometheus, Mimir, Loki, vmalert and amtool send. */
export const alertmanagerV2: Source = {
  id: 'prometheus',
  schema: 'alertmanager-v2-alerts',
  movingField: 'endsAt',
  map: (body, context) => mapAll((body ?? []) as readonly PostableAlert[], context),
};

function mapAll(body: readonly PostableAlert[], context: MapContext): Mapped {
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  for (let i = 0; i < body.length; i++) {
    const alert = body[i] as PostableAlert;
    const startsAt = readTime(alert.startsAt || undefined);
    const endsAt = readTime(alert.endsAt || undefined);
    if (startsAt === null || endsAt === null || !isUri(alert.generatorURL))
      return { alerts: [], rejected: [], ignored: 0, malformed: malformedFields(body) };
    const mapped = mapOne(alert, { startsAt, endsAt }, context);
    if ('message' in mapped) rejected.push({ ...mapped, pointer: `/${i}${mapped.pointer}` });
    else alerts.push(mapped);
  }
  return { alerts, rejected, ignored: 0 };
}

/** The first time or URL of each alert that is none. For one of them Alertmanager refuses the whole body. */
export function malformedFields(
  body: readonly Pick<PostableAlert, 'startsAt' | 'endsAt' | 'generatorURL'>[],
): readonly Malformed[] {
  return body.flatMap(({ startsAt, endsAt, generatorURL }, i) => {
    if (readTime(startsAt || undefined) === null) return badTime(`/${i}/startsAt`, startsAt);
    if (readTime(endsAt || undefined) === null) return badTime(`/${i}/endsAt`, endsAt);
    return isUri(generatorURL) ? [] : badUri(`/${i}/generatorURL`, generatorURL);
  });
}

function mapOne(
  alert: PostableAlert,
  times: { readonly startsAt: number; readonly endsAt: number },
  context: MapContext,
): IncomingAlert | Rejection {
  const { startsAt, endsAt } = times;
  const end = endsAt === unsetTime ? context.now + resolveTimeoutMs : endsAt;
  if (startsAt !== unsetTime && startsAt > end)
    return { pointer: '/startsAt', message: 'start time must be before end time' };
  const labels = withoutEmpty(alert.labels);
  const annotations: Labels =
    alert.annotations === undefined || alert.annotations === null ? {} : withoutNull(alert.annotations);
  const problem = pairsProblem(labels, annotations, context.wellFormed);
  if (problem !== null) return problem;
  const said = {
    source: alertmanagerV2.id,
    fingerprint: fingerprint(labels),
    severity: severityOf(labels['severity']),
    title: titleOf(labels, annotations),
    labels,
    annotations,
  };
  const raw: JsonObject | undefined = alert.generatorURL ? { generatorURL: alert.generatorURL } : undefined;
  if (endsAt === unsetTime || raw === undefined)
    return { ...said, ...timesOf(startsAt, endsAt), ...(raw === undefined ? undefined : { raw }) };
  // All that Prometheus sends, written as one literal: a field that a spread adds lies in a second object beside the first,
  // and hundreds of thousands of these are remembered.
  return {
    source: said.source,
    fingerprint: said.fingerprint,
    severity: said.severity,
    title: said.title,
    labels,
    annotations,
    startsAt: startsAt === unsetTime ? endsAt : startsAt,
    endsAt,
    raw,
  };
}

/** An end without a start is both; without an end the engine assumes one from the log's time. */
function timesOf(startsAt: number, endsAt: number): Pick<IncomingAlert, 'startsAt' | 'endsAt' | 'timeoutMs'> {
  if (endsAt !== unsetTime) return { startsAt: startsAt === unsetTime ? endsAt : startsAt, endsAt };
  return startsAt === unsetTime ? { timeoutMs: resolveTimeoutMs } : { startsAt, timeoutMs: resolveTimeoutMs };
}

function isUri(text: string | null | undefined): boolean {
  return text === undefined || text === null || text === '' || isRequestUri(text);
}

function badTime(pointer: string, text: string | null | undefined): Malformed {
  return { pointer, keyword: 'date-time', message: notATime(text) };
}

function badUri(pointer: string, text: string | null | undefined): Malformed {
  return { pointer, keyword: 'uri', message: `must be of type uri: ${quoted(text)}` };
}
