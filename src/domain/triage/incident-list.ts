import type { Incident } from '../incident/incident.js';

type Numbered = Pick<Incident, 'id' | 'number'>;

/** Incidents of one shard in the order of their numbers. Cheap where most that come have a higher number than those before. */
export interface IncidentList {
  /** False: it was there. */
  add(incident: Numbered): boolean;
  remove(incident: Numbered): void;
  size(): number;
  ids(): Iterable<string>;
}

export function createIncidentList(): IncidentList {
  const items: Numbered[] = [];

  /** Where the number is, or would be. */
  function placeOf(number: number): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((items[middle]?.number ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add({ id, number }) {
      const place = placeOf(number);
      if (items[place]?.number === number) return false;
      items.splice(place, 0, { id, number });
      return true;
    },
    remove({ number }) {
      const place = placeOf(number);
      if (items[place]?.number === number) items.splice(place, 1);
    },
    size: () => items.length,
    *ids() {
      for (const { id } of items) yield id;
    },
  };
}
