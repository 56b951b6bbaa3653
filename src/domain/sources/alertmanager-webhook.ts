import type { IncomingAlert, JsonObject } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { pairsProblem, type ReceivedPairs, withoutEmpty, withoutNull } from './label-pairs.js';
import { notATime, readTime, unsetTime } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection, Source } from './source.js';
import { titleOf } from './title.js';

interface WebhookAlert {
  readonly status?: 'firing' | 'resolved';
  readonly labels: ReceivedPairs;
  readonly annotations?: ReceivedPairs | null;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

interface WebhookMessage {
  readonly status?: 'firing' | 'resolved';
  readonly alerts: readonly WebhookAlert[];
  readonly receiver?: string;
  readonly externalURL?: string;
  /** Text since version 4; a 64-bit number before, which JSON.parse has already bent. */
  readonly groupKey?: unknown;
}

/**
 * The webhook message of Alertmanager, versions 3 and 4, with whatever fields its release has. The sender's fingerprint is
 * not used: receivers in between rewrite labels and leave it. With `truncatedAlerts` above 0 nothing may be
 * concluded from an alert that is not listed, and nothing is.
 */
export const alertmanagerWebhook: Source = {
  id: 'alertmanager',
  schema: 'alertmanager-webhook',
  map: (body, context) => mapMessage(body as WebhookMessage, context),
};

function mapMessage(message: WebhookMessage, context: MapContext): Mapped {
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  const beside = besideAlerts(message);
  for (const [i, alert] of message.alerts.entries()) {
    const mapped = mapAlert(alert, { message, beside }, context);
    if ('message' in mapped) rejected.push({ ...mapped, pointer: `/alerts/${i}${mapped.pointer}` });
    else alerts.push(mapped);
  }
  return { alerts, rejected, ignored: 0 };
}

function mapAlert(
  alert: WebhookAlert,
  from: { readonly message: WebhookMessage; readonly beside: Readonly<Record<string, string>> },
  context: MapContext,
): IncomingAlert | Rejection {
  const startsAt = readTime(alert.startsAt);
  const endsAt = readTime(alert.endsAt);
  if (startsAt === null) return { pointer: '/startsAt', message: notATime(alert.startsAt) };
  if (endsAt === null) return { pointer: '/endsAt', message: notATime(alert.endsAt) };
  if (endsAt !== unsetTime && startsAt > endsAt)
    return { pointer: '/startsAt', message: 'start time must be before end time' };
  const labels = withoutEmpty(alert.labels);
  const annotations = withoutNull(alert.annotations ?? {});
  const problem = pairsProblem(labels, annotations, context.wellFormed);
  if (problem !== null) return problem;
  const raw: JsonObject = alert.generatorURL
    ? { generatorURL: alert.generatorURL, ...from.beside }
    : from.beside;
  return {
    source: alertmanagerWebhook.id,
    fingerprint: fingerprint(labels),
    severity: severityOf(labels['severity']),
    title: titleOf(labels, annotations),
    labels,
    annotations,
    ...endingOf(alert.status ?? resolvedAltogether(from.message), { startsAt, endsAt }),
    raw,
  };
}

/** The message's status is `firing` as soon as one alert fires, so only `resolved` says something of each. */
function resolvedAltogether(message: WebhookMessage): 'resolved' | undefined {
  return message.status === 'resolved' ? 'resolved' : undefined;
}

/** The sender's word decides. A firing alert has no end: the message that it resolved will say when. */
function endingOf(
  status: 'firing' | 'resolved' | undefined,
  times: { readonly startsAt: number; readonly endsAt: number },
): Pick<IncomingAlert, 'startsAt' | 'endsAt' | 'resolved'> {
  const start = times.startsAt === unsetTime ? undefined : { startsAt: times.startsAt };
  if (status === 'firing' || times.endsAt === unsetTime)
    return status === 'resolved' ? { ...start, resolved: true } : { ...start };
  const { endsAt } = times;
  const both = { startsAt: endsAt, ...start, endsAt };
  return status === 'resolved' ? { ...both, resolved: true } : both;
}

/** The message's own fields that rules may match on, the same for all its alerts. */
function besideAlerts(message: WebhookMessage): Readonly<Record<string, string>> {
  const { receiver, groupKey, externalURL } = message;
  return {
    ...(receiver ? { receiver } : undefined),
    ...(typeof groupKey === 'string' && groupKey !== '' ? { groupKey } : undefined),
    ...(externalURL ? { externalURL } : undefined),
  };
}
