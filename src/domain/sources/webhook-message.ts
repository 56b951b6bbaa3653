import type { IncomingAlert, JsonObject } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { pairsProblem, type ReceivedPairs, withoutEmpty, withoutNull } from './label-pairs.js';
import { notATime, readTime, unsetTime } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection } from './source.js';
import { titleOf } from './title.js';

/** An alert in the webhook message of Alertmanager, and of senders that are built on it. */
export interface WebhookAlert {
  readonly status?: 'firing' | 'resolved';
  readonly labels: ReceivedPairs;
  readonly annotations?: ReceivedPairs | null;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface WebhookMessage<A extends WebhookAlert> {
  readonly status?: 'firing' | 'resolved';
  readonly alerts: readonly A[];
  readonly receiver?: string;
  readonly externalURL?: string;
  /** Text since version 4 of Alertmanager; a 64-bit number before, which JSON.parse has already bent. */
  readonly groupKey?: unknown;
}

/** How one sender's messages become alerts, but for what all of them share. */
export interface WebhookReading<A extends WebhookAlert> {
  readonly source: string;
  readonly context: MapContext;
  /** What the sender has beside the shared fields: `raw` is put before the message's own. */
  readonly beside: (alert: A) => Pick<IncomingAlert, 'values' | 'raw'>;
}

/** Longer ones are left out: they go with every alert of the message, so that a message could outgrow itself many times. */
const longestShared = 4096;

/** Maps every alert of a message. A wrong one is rejected, the others stand. */
export function mapWebhookMessage<A extends WebhookAlert>(
  message: WebhookMessage<A>,
  reading: WebhookReading<A>,
): Mapped {
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  const shared = sharedFields(message);
  for (const [i, alert] of message.alerts.entries()) {
    const mapped = mapAlert(alert, resolvedAltogether(message), reading);
    if ('message' in mapped) rejected.push({ ...mapped, pointer: `/alerts/${i}${mapped.pointer}` });
    else alerts.push({ ...mapped, raw: { ...mapped.raw, ...shared } });
  }
  return { alerts, rejected, ignored: 0 };
}

function mapAlert<A extends WebhookAlert>(
  alert: A,
  altogether: 'resolved' | undefined,
  { source, context, beside }: WebhookReading<A>,
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
  return {
    source,
    fingerprint: fingerprint(labels),
    severity: severityOf(labels['severity']),
    title: titleOf(labels, annotations),
    labels,
    annotations,
    ...endingOf(alert.status ?? altogether, { startsAt, endsAt }),
    ...beside(alert),
  };
}

/** The message's status is `firing` as soon as one alert fires, so only `resolved` says something of each. */
function resolvedAltogether(message: { readonly status?: string }): 'resolved' | undefined {
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
function sharedFields({ receiver, groupKey, externalURL }: WebhookMessage<WebhookAlert>): JsonObject {
  const shared = Object.entries({ receiver, groupKey, externalURL });
  return Object.fromEntries(
    shared.filter((field): field is [string, string] => {
      const [, text] = field;
      return typeof text === 'string' && text !== '' && text.length <= longestShared;
    }),
  );
}
