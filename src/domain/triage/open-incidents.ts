import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { createIncidentList, type IncidentList } from './incident-list.js';

/** More says nothing: whoever reads it has long seen that something large is broken. */
const mostEvidence = 20;

/** A service that has an open incident which it did not have before. */
export interface Appearance {
  readonly service: string;
  readonly incident: string;
}

/**
 * Which services have open incidents, kept up as incidents come and change. Derived: never stored. Lists are in the order of
 * the incidents' numbers, whatever the order in which this owner of the shard got to know them.
 */
export interface OpenIncidents {
  note(before: Incident | null, after: Incident): void;
  /** Ids of the open incidents of a service. */
  of(service: string): Iterable<string>;
  /** Of these, those that have room for more evidence. */
  withRoom(service: string): Iterable<string>;
  /** What appeared since the last call, in order. */
  takeNew(): readonly Appearance[];
}

export function hasRoom({ evidence }: Pick<Incident, 'evidence'>): boolean {
  return evidence.length < mostEvidence;
}

const none: ReadonlySet<string> = new Set();

export function createOpenIncidents(): OpenIncidents {
  const all = new Map<string, IncidentList>();
  const roomy = new Map<string, IncidentList>();
  let appeared: Appearance[] = [];

  return {
    note(before, after) {
      if (before !== null && isUnmoved(before, after)) return;
      const services = isOpen(after) ? servicesOf(after) : none;
      const others = before === null ? none : servicesOf(before);
      for (const service of others) if (!services.has(service)) remove(all, service, after);
      for (const service of services) {
        if (add(all, service, after)) appeared.push({ service, incident: after.id });
      }
      for (const service of new Set([...others, ...services])) {
        if (services.has(service) && hasRoom(after)) add(roomy, service, after);
        else remove(roomy, service, after);
      }
    },
    of: (service) => all.get(service)?.ids() ?? none,
    withRoom: (service) => roomy.get(service)?.ids() ?? none,
    takeNew() {
      const taken = appeared;
      if (taken.length > 0) appeared = [];
      return taken;
    },
  };
}

/** False: it was there. */
function add(lists: Map<string, IncidentList>, service: string, incident: Incident): boolean {
  let list = lists.get(service);
  if (list === undefined) lists.set(service, (list = createIncidentList()));
  return list.add(incident);
}

function remove(lists: Map<string, IncidentList>, service: string, incident: Incident): void {
  const list = lists.get(service);
  list?.remove(incident);
  if (list?.size() === 0) lists.delete(service);
}

function isUnmoved(before: Incident, after: Incident): boolean {
  return (
    before.service === after.service &&
    before.services === after.services &&
    isOpen(before) === isOpen(after) &&
    hasRoom(before) === hasRoom(after)
  );
}

/** Its own service, and those of its alerts. */
export function servicesOf({ service, services }: Incident): ReadonlySet<string> {
  return new Set(service === null ? services : [service, ...services]);
}
