import type { IncomingAlert, Labels, Severity } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { isWellFormed, pairsProblem, withoutEmpty } from './label-pairs.js';
import { notATime, readTime, unsetTime } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection, Source } from './source.js';
import { titleOf } from './title.js';

interface NativeAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly status?: 'firing' | 'resolved';
  readonly severity?: Severity;
  readonly title?: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly env?: string;
  readonly service?: string;
  readonly category?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly source?: string;
}

/** Tocsin's own format, `POST /api/v1/alerts`: one alert or an array. The only one whose sender names service and category. */
export const native: Source = {
  id: 'api',
  schema: 'alert',
  map: mapBody,
};

function mapBody(body: unknown, context: MapContext): Mapped {
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  const many = Array.isArray(body);
  const list = (many ? body : [body]) as readonly NativeAlert[];
  for (const [i, alert] of list.entries()) {
    const mapped = mapAlert(alert, context);
    if ('message' in mapped) rejected.push({ ...mapped, pointer: `${many ? `/${i}` : ''}${mapped.pointer}` });
    else alerts.push(mapped);
  }
  return { alerts, rejected, ignored: 0 };
}

function mapAlert(alert: NativeAlert, context: MapContext): IncomingAlert | Rejection {
  const startsAt = readTime(alert.startsAt);
  const endsAt = readTime(alert.endsAt);
  if (startsAt === null) return { pointer: '/startsAt', message: notATime(alert.startsAt) };
  if (endsAt === null) return { pointer: '/endsAt', message: notATime(alert.endsAt) };
  if (endsAt !== unsetTime && startsAt > endsAt)
    return { pointer: '/startsAt', message: 'start time must be before end time' };
  const labels = withoutEmpty(alert.labels);
  const annotations = alert.annotations ?? {};
  const problem =
    pairsProblem(labels, annotations, context.wellFormed) ?? (context.wellFormed ? null : textProblem(alert));
  if (problem !== null) return problem;
  const { values, env, service, category } = alert;
  const start = startsAt === unsetTime ? endsAt : startsAt;
  return {
    source: alert.source ?? native.id,
    fingerprint: fingerprint(labels),
    severity: alert.severity ?? severityOf(labels['severity']),
    title: alert.title ?? titleOf(labels, annotations),
    labels,
    annotations,
    ...(values === undefined ? undefined : { values }),
    ...(env === undefined ? undefined : { env }),
    ...(service === undefined ? undefined : { service }),
    ...(category === undefined ? undefined : { category }),
    ...(start === unsetTime ? undefined : { startsAt: start }),
    ...(endsAt === unsetTime ? undefined : { endsAt }),
    ...(alert.status === 'resolved' ? { resolved: true } : undefined),
  };
}

function textProblem(alert: NativeAlert): Rejection | null {
  for (const field of ['title', 'env', 'service', 'category'] as const)
    if (alert[field] !== undefined && !isWellFormed(alert[field]))
      return { pointer: `/${field}`, message: 'must be valid Unicode text, holds half a surrogate pair' };
  return Object.keys(alert.values ?? {}).every(isWellFormed)
    ? null
    : { pointer: '/values', message: 'a name must be valid Unicode text, holds half a surrogate pair' };
}
