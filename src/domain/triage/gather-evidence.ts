import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import type { DependencyPath } from '../rules/rule-set.js';
import { hasRoom } from './open-incidents.js';
import { putIncident, rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

/**
 * Stage evidence: where a service has an open incident that it did not have before, the incidents of those who stand on it
 * show it, and it shows those of the services that it stands on itself. That is all: it hides nothing and changes no priority.
 */
export function gatherEvidence(state: ShardState): void {
  for (const { service, incident } of state.openIncidents.takeNew()) {
    const { from, to } = rulesOf(state).dependencies;
    for (const path of from.get(service) ?? []) showAll(state, path, incident);
    for (const path of to.get(service) ?? [])
      // Showing may fill one up, which takes it out of the list.
      for (const other of [...state.openIncidents.withRoom(path.from)])
        show(state, path, { in: other, of: incident });
  }
}

/** As many as there is room for. */
function showAll(state: ShardState, path: DependencyPath, id: string): void {
  for (const other of state.openIncidents.of(path.to)) {
    const incident = state.incidents.get(id);
    if (incident === undefined || !isOpen(incident) || !hasRoom(incident)) return;
    show(state, path, { in: id, of: other });
  }
}

function show(
  state: ShardState,
  path: DependencyPath,
  shown: { readonly in: string; readonly of: string },
): void {
  const incident = state.incidents.get(shown.in);
  const cause = state.incidents.get(shown.of);
  if (incident === undefined || cause === undefined || !mayShow(incident, cause)) return;
  const { from, through, to, edge } = path;
  const { title, priority } = cause;
  const evidence = { of: from, through, service: to, edge, incident: cause.id };
  addEvent(state, {
    incident: incident.id,
    type: 'evidence-added',
    reason: 'dependency',
    rule: rulesOf(state).services.get(from)?.ref ?? null,
    detail: { ...evidence, title, priority },
  });
  putIncident(state, {
    ...incident,
    evidence: [...incident.evidence, { kind: 'dependency', ...evidence, at: state.at }],
  });
}

function mayShow(incident: Incident, cause: Incident): boolean {
  return (
    incident.id !== cause.id &&
    isOpen(incident) &&
    isOpen(cause) &&
    hasRoom(incident) &&
    !incident.evidence.some((known) => known.incident === cause.id)
  );
}
