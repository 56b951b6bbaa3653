import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Entry, IncidentCommand, LogRecord } from '../../../src/domain/alert/entry.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import type { LoggedIncident } from './read-incident-log.js';

/** Something to do to an incident at an instant, before its name in Tocsin is known. */
export interface Step {
  readonly at: number;
  readonly entry: (incident: string, id: string) => Entry;
}

/** How an incident of the log is told as steps in order of time; the first opens it. */
export type Reading = (incident: LoggedIncident) => readonly Step[];

/** A rule set to be in force while an incident is opened, by hash. */
export type Contract = (incident: LoggedIncident) => string;

/**
 * The log as Tocsin would have recorded it: one record a step, in order of time, what happens to one incident at one
 * minute in the log's order. Incidents are named in the order of their opening, as the engine names them.
 */
export function convertIncidents(
  incidents: readonly LoggedIncident[],
  { reading, contract }: { readonly reading: Reading; readonly contract: Contract },
): LogRecord[] {
  const steps = incidents
    .flatMap((incident) => reading(incident).map((step, index) => ({ incident, step, opens: index === 0 })))
    .sort((a, b) => a.step.at - b.step.at);
  const ids = new Map<string, string>();
  const log: LogRecord[] = [];
  const append = (at: number, entry: Entry): void => {
    log.push({ position: log.length + 1, at, entries: [entry] });
  };
  let inForce: string | null = null;
  for (const { incident, step, opens } of steps) {
    if (opens) ids.set(incident.number, `INC-${ids.size + 1}`);
    const hash = contract(incident);
    if (opens && hash !== inForce) append(step.at, { kind: 'rules-changed', hash, by: 'test' });
    if (opens) inForce = hash;
    append(step.at, step.entry(ids.get(incident.number) ?? '', `c${log.length}`));
  }
  return log;
}

/** The team of an assignment group: `group-70`, or `none`. */
export function teamOf(group: string): string {
  return group === '?' ? 'none' : group.toLowerCase().replaceAll(' ', '-');
}

/** The alert that stands for the incident, firing; `endsAt`: it falls silent then. */
export function opening(incident: LoggedIncident, endsAt?: number): Step {
  const alert = { ...alertOf(incident), ...(endsAt !== undefined && { endsAt }) };
  return { at: incident.openedAt, entry: () => ({ kind: 'alerts', alerts: [alert] }) };
}

/** The source says that it is over: what no longer fires can be forgotten. Changes nothing in an incident that was resolved. */
export function clearing(incident: LoggedIncident, at: number): Step {
  return { at, entry: () => ({ kind: 'alerts', alerts: [{ ...alertOf(incident), resolved: true }] }) };
}

/** A command without the incident that it is for. */
type Asked = IncidentCommand extends infer C ? (C extends unknown ? Omit<C, 'incident'> : never) : never;

export function asking(at: number, command: Asked): Step {
  return {
    at,
    entry: (incident, id) => ({
      kind: 'command',
      id,
      by: 'desk',
      command: { ...command, incident } as IncidentCommand,
    }),
  };
}

function alertOf({ number, priority, category, group }: LoggedIncident): IncomingAlert {
  const labels = { alertname: 'Reported', number, priority, group: teamOf(group) };
  const said = { severity: 'error', title: `Incident ${number}`, annotations: {}, category } as const;
  return { source: 'servicenow', fingerprint: fingerprint(labels), labels, ...said };
}
