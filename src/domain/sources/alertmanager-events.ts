import type { IncomingAlert, Labels } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { pairsProblem, withoutEmpty } from './label-pairs.js';
import { notATime, readTime, unsetTime } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection, Source } from './source.js';
import { titleOf } from './title.js';

/** Label pairs as the recorder has written them: a list in its first version, a map in the second. */
type RecordedPairs =
  { readonly labels?: readonly { readonly key?: string; readonly value?: string }[] } | Labels;

interface RecordedAlert {
  readonly labels?: RecordedPairs;
  readonly annotations?: RecordedPairs;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly resolved?: boolean;
}

/** In the first version an alert is below `details`, which may be missing; in the second it stands for itself. */
interface Recorded extends RecordedAlert {
  readonly details?: RecordedAlert;
}

interface RecordedEvent {
  readonly data: {
    readonly alertCreated?: { readonly alert?: RecordedAlert };
    readonly alertGrouped?: { readonly alert?: Recorded };
    readonly alertResolved?: { readonly alert?: Recorded };
    readonly notification?: { readonly alerts?: readonly Recorded[] };
  };
}

/**
 * Events of Alertmanager's event recorder in JSON (Alertmanager ≥ 0.33, `--enable-feature=event-recorder`). An alert that was
 * created, grouped or notified about fires until the event that it resolved: the end that it names is only the next time its
 * sender would have repeated it. Other events (silences, mutes, starts) are no alerts.
 */
export const alertmanagerEvents: Source = {
  id: 'alertmanager',
  schema: 'alertmanager-event',
  map: (body, context) => mapEvent(body as RecordedEvent, context),
};

function mapEvent({ data }: RecordedEvent, context: MapContext): Mapped {
  const recorded = recordedAlerts(data);
  if (recorded.length === 0) return { alerts: [], rejected: [], ignored: 1 };
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  for (const { alert, pointer, over } of recorded) {
    const mapped = mapAlert(alert, { context, over });
    if ('message' in mapped) rejected.push({ ...mapped, pointer: `/data${pointer}${mapped.pointer}` });
    else alerts.push(mapped);
  }
  return { alerts, rejected, ignored: 0 };
}

interface Found {
  readonly alert: RecordedAlert;
  readonly pointer: string;
  readonly over: boolean;
}

function recordedAlerts(data: RecordedEvent['data']): readonly Found[] {
  const { alertCreated, alertGrouped, alertResolved, notification } = data;
  return [
    ...found(alertCreated?.alert, '/alertCreated/alert'),
    ...found(alertGrouped?.alert, '/alertGrouped/alert'),
    ...found(alertResolved?.alert, '/alertResolved/alert', true),
    ...(notification?.alerts ?? []).flatMap((each, at) => found(each, `/notification/alerts/${at}`)),
  ];
}

/** None where the recorder has left the details out. */
function found(recorded: Recorded | undefined, pointer: string, over = false): readonly Found[] {
  const { details, labels } = recorded ?? {};
  if (details !== undefined) return [{ alert: details, pointer: `${pointer}/details`, over }];
  return recorded === undefined || labels === undefined ? [] : [{ alert: recorded, pointer, over }];
}

function mapAlert(
  alert: RecordedAlert,
  { context, over }: { readonly context: MapContext; readonly over: boolean },
): IncomingAlert | Rejection {
  const resolved = over || alert.resolved === true;
  const startsAt = readTime(alert.startsAt);
  const endsAt = resolved ? readTime(alert.endsAt) : unsetTime;
  if (startsAt === null) return { pointer: '/startsAt', message: notATime(alert.startsAt) };
  if (endsAt === null) return { pointer: '/endsAt', message: notATime(alert.endsAt) };
  const labels = withoutEmpty(pairsOf(alert.labels));
  const annotations = pairsOf(alert.annotations);
  const problem = pairsProblem(labels, annotations, context.wellFormed);
  if (problem !== null) return problem;
  return {
    source: alertmanagerEvents.id,
    fingerprint: fingerprint(labels),
    severity: severityOf(labels['severity']),
    title: titleOf(labels, annotations),
    labels,
    annotations,
    ...(startsAt === unsetTime ? undefined : { startsAt }),
    ...(endsAt === unsetTime ? undefined : { endsAt: Math.max(endsAt, startsAt) }),
    ...(resolved ? { resolved: true } : undefined),
  };
}

function pairsOf(recorded: RecordedPairs | undefined): Labels {
  if (recorded === undefined) return {};
  const { labels } = recorded;
  if (!Array.isArray(labels)) return recorded as Labels;
  // An empty text is left out on the wire.
  const pairs = labels as readonly { readonly key?: string; readonly value?: string }[];
  return Object.fromEntries(pairs.map(({ key = '', value = '' }) => [key, value]));
}
