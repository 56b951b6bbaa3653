import type { Alert } from '../domain/alert/alert.js';
import type { Incident } from '../domain/incident/incident.js';
import type { TimelineEventType } from '../domain/incident/timeline-event.js';
import type { Changes } from '../domain/triage/changes.js';
import type { Silence } from '../domain/triage/silence.js';

/** More of one kind are only counted: who watches reads the list anew. */
const most: Readonly<Record<ChangeKind, number>> = {
  incidents: 200,
  timelines: 200,
  alerts: 500,
  silences: 200,
};
/** Longer texts are cut: who wants the whole reads the document. */
const longestText = 200;

export type IncidentChange = Pick<
  Incident,
  'id' | 'title' | 'state' | 'priority' | 'tier' | 'team' | 'service' | 'assignee'
>;

/** What happened to an incident, each type once, in order. A note changes its timeline and nothing else. */
export interface TimelineChange {
  readonly incident: string;
  readonly events: readonly TimelineEventType[];
}

export interface AlertChange extends Pick<
  Alert,
  'fingerprint' | 'title' | 'status' | 'severity' | 'service' | 'category' | 'incident'
> {
  readonly suppressed: boolean;
}

export type SilenceChange = Pick<Silence, 'id' | 'state'>;

/** What one commit changed, small enough to be kept for a while and sent to many. Mere repeats of alerts are no change. */
export interface ChangeNotice {
  /** Number of the commit, and the position of the log that it reaches to. */
  readonly number: number;
  readonly position: number;
  /** Log time, Unix ms. */
  readonly at: number;
  /** Hash of the rules in force. */
  readonly rules: string | null;
  readonly incidents: readonly IncidentChange[];
  readonly timelines: readonly TimelineChange[];
  readonly alerts: readonly AlertChange[];
  readonly silences: readonly SilenceChange[];
  /** How many more there are. Of what another process commits nothing is known: 1 of each kind then stands for any number, also none. */
  readonly omitted: Readonly<Record<ChangeKind, number>>;
}

export const changeKinds = ['incidents', 'timelines', 'alerts', 'silences'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Copies what it needs: the changes of a cut are live. */
export function noticeOf(
  commit: Pick<ChangeNotice, 'number' | 'position'>,
  changes: Pick<Changes, 'shard' | 'alerts' | 'incidents' | 'silences' | 'timeline'>,
): ChangeNotice {
  const { shard, alerts, incidents, silences } = changes;
  const timelines = timelineChanges(changes.timeline);
  const over = (kind: ChangeKind, count: number): number => Math.max(0, count - most[kind]);
  return {
    ...commit,
    at: shard.at,
    rules: shard.rules,
    incidents: incidents.slice(0, most.incidents).map(changeOfIncident),
    timelines: timelines.told,
    alerts: alerts.slice(0, most.alerts).map(changeOfAlert),
    silences: silences.slice(0, most.silences).map(({ id, state }) => ({ id, state })),
    omitted: {
      incidents: over('incidents', incidents.length),
      timelines: timelines.omitted,
      alerts: over('alerts', alerts.length),
      silences: over('silences', silences.length),
    },
  };
}

/** In a storm a commit has events of many thousand incidents: those beyond the first are only counted. */
function timelineChanges(timeline: Changes['timeline']): {
  readonly told: readonly TimelineChange[];
  readonly omitted: number;
} {
  const types = new Map<string, Set<TimelineEventType>>();
  const others = new Set<string>();
  for (const { incident, type } of timeline) {
    const known = types.get(incident);
    if (known !== undefined) known.add(type);
    else if (types.size < most.timelines) types.set(incident, new Set([type]));
    else others.add(incident);
  }
  return {
    told: [...types].map(([incident, events]) => ({ incident, events: [...events] })),
    omitted: others.size,
  };
}

function changeOfIncident(incident: Incident): IncidentChange {
  const { id, state, priority, tier, team, service, assignee } = incident;
  return { id, title: short(incident.title), state, priority, tier, team, service, assignee };
}

function changeOfAlert(alert: Alert): AlertChange {
  const { fingerprint, status, severity, service, incident } = alert;
  const [title, category] = [short(alert.title), short(alert.category)];
  const suppressed = alert.suppressedBy.length > 0;
  return { fingerprint, title, status, severity, service, category, incident, suppressed };
}

function short(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
