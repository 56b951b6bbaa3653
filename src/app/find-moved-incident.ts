import { parseIncidentId } from '../domain/incident/incident-id.js';
import type { Store } from './ports.js';

/** The shard that an incident was moved to by a reshard; null: its id names it. Rejects as the store does. */
export type FindMovedIncident = (id: string) => Promise<number | null>;

/** The store is asked only about incidents that are older than the last reshard, so all others can be found without it. */
export function createFindMovedIncident(world: {
  readonly store: Pick<Store, 'incident'>;
  /** Number of the newest that was moved; 0: none. */
  readonly movedUpTo: () => number;
}): FindMovedIncident {
  const { store, movedUpTo } = world;
  return async (id) => {
    const parsed = parseIncidentId(id);
    if (parsed === null || parsed.number > movedUpTo()) return null;
    return (await store.incident(id))?.shard ?? null;
  };
}
