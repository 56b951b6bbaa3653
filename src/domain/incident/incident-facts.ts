import { completeIncident } from './complete-incident.js';
import type { ResolutionKind } from './conclusion.js';
import type { Incident, ResolvedReason } from './incident.js';
import type { IncidentState, Priority, SupportTier } from './scales.js';
import { slaClockNames, type SlaClock, type SlaClockName } from './sla.js';

/** What reports need of an incident: a tenth of its document. Instants are Unix ms, null = not yet. */
export interface IncidentFacts {
  readonly id: string;
  readonly state: IncidentState;
  readonly priority: Priority;
  readonly tier: SupportTier;
  readonly team: string;
  readonly service: string | null;
  readonly category: string;
  readonly openedAt: number;
  /** Of the first acknowledge and the first resolve. */
  readonly acknowledgedAt: number | null;
  readonly timeToAcknowledgeMs: number | null;
  readonly timeToResolveMs: number | null;
  /** Of the resolve that stands; null once reopened. */
  readonly resolvedAt: number | null;
  readonly resolvedReason: ResolvedReason | null;
  readonly heldMs: number;
  readonly alertCount: number;
  readonly occurrenceCount: number;
  readonly reopenCount: number;
  readonly escalationCount: number;
  readonly sla: Readonly<Partial<Record<SlaClockName, SlaClock['state']>>>;
  readonly resolutionKind: ResolutionKind | null;
  readonly rootCause: string | null;
  /** It went on as a part of another one, which is counted in its place. */
  readonly merged: boolean;
}

/** Takes documents of earlier versions too. */
export function factsOf(stored: Incident): IncidentFacts {
  const incident = completeIncident(stored);
  return {
    id: incident.id,
    state: incident.state,
    priority: incident.priority,
    tier: incident.tier,
    team: incident.team,
    service: incident.service,
    category: incident.category,
    openedAt: incident.openedAt,
    acknowledgedAt: incident.acknowledgedAt,
    timeToAcknowledgeMs: incident.timeToAcknowledgeMs,
    timeToResolveMs: incident.timeToResolveMs,
    resolvedAt: incident.resolvedAt,
    resolvedReason: incident.resolvedReason,
    heldMs: incident.heldMs,
    alertCount: incident.alertCount,
    occurrenceCount: incident.occurrenceCount,
    reopenCount: incident.reopenCount,
    escalationCount: incident.escalationCount,
    sla: clockStates(incident),
    resolutionKind: incident.resolutionKind,
    rootCause: incident.rootCause,
    merged: incident.mergedInto !== null,
  };
}

function clockStates({ sla }: Incident): IncidentFacts['sla'] {
  const states: Partial<Record<SlaClockName, SlaClock['state']>> = {};
  for (const name of slaClockNames) {
    const clock = sla[name];
    if (clock !== undefined) states[name] = clock.state;
  }
  return states;
}
