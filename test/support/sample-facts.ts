import type { IncidentFacts } from '../../src/domain/incident/incident-facts.js';

/** A Monday. */
export const nine = Date.UTC(2026, 0, 5, 9);

/** An incident of which nothing has come yet; give what the test is about. */
export function sampleFacts(given: Partial<IncidentFacts> = {}): IncidentFacts {
  return {
    id: 'INC-1',
    state: 'new',
    priority: 'P2',
    tier: 'L1',
    team: 'desk',
    service: 'shop',
    category: 'availability/errors',
    openedAt: nine,
    acknowledgedAt: null,
    timeToAcknowledgeMs: null,
    timeToResolveMs: null,
    resolvedAt: null,
    resolvedReason: null,
    heldMs: 0,
    alertCount: 1,
    occurrenceCount: 1,
    reopenCount: 0,
    escalationCount: 0,
    sla: {},
    resolutionKind: null,
    rootCause: null,
    merged: false,
    ...given,
  };
}

/** Acknowledged and resolved so long after the opening, and closed. */
export function sampleClosed(
  took: { readonly acknowledgeMs: number; readonly resolveMs: number },
  given: Partial<IncidentFacts> = {},
): IncidentFacts {
  const { openedAt = nine } = given;
  return sampleFacts({
    state: 'closed',
    acknowledgedAt: openedAt + took.acknowledgeMs,
    timeToAcknowledgeMs: took.acknowledgeMs,
    timeToResolveMs: took.resolveMs,
    resolvedAt: openedAt + took.resolveMs,
    resolvedReason: 'person',
    ...given,
  });
}
