import type { Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';

/** A service that has an open incident which it did not have before. */
export interface Appearance {
  readonly service: string;
  readonly incident: string;
}

/** Which services have open incidents, kept up as incidents come and change. Derived: never stored. */
export interface OpenIncidents {
  note(before: Incident | null, after: Incident): void;
  /** Ids of the open incidents of a service, in any order. */
  of(service: string): ReadonlySet<string>;
  /** What appeared since the last call, in order. */
  takeNew(): readonly Appearance[];
}

const none: ReadonlySet<string> = new Set();

export function createOpenIncidents(): OpenIncidents {
  const byService = new Map<string, Set<string>>();
  let appeared: Appearance[] = [];

  function add(service: string, incident: string): void {
    const ids = byService.get(service);
    if (ids?.has(incident) === true) return;
    if (ids === undefined) byService.set(service, new Set([incident]));
    else ids.add(incident);
    appeared.push({ service, incident });
  }

  function remove(service: string, incident: string): void {
    const ids = byService.get(service);
    if (ids?.delete(incident) === true && ids.size === 0) byService.delete(service);
  }

  return {
    note(before, after) {
      if (before !== null && isUnmoved(before, after)) return;
      const services = isOpen(after) ? servicesOf(after) : none;
      if (before !== null)
        for (const service of servicesOf(before)) if (!services.has(service)) remove(service, after.id);
      for (const service of services) add(service, after.id);
    },
    of: (service) => byService.get(service) ?? none,
    takeNew() {
      const taken = appeared;
      if (taken.length > 0) appeared = [];
      return taken;
    },
  };
}

function isUnmoved(before: Incident, after: Incident): boolean {
  return (
    before.service === after.service && before.services === after.services && isOpen(before) === isOpen(after)
  );
}

/** Its own service, and those of its alerts. */
export function servicesOf({ service, services }: Incident): ReadonlySet<string> {
  return new Set(service === null ? services : [service, ...services]);
}
