import type { Command } from '../alert/entry.js';
import { parseIncidentId } from './incident-id.js';

/** Of what people ask that is about no incident and no alert: silences, dead letters. Rules are changed there too. */
export const shardOfPeople = 0;

/** The shard that decides a command: an incident's id names it. `shards` is how many the log has. */
export function shardOfCommand(command: Command, shards: number): number {
  if (!('incident' in command)) return shardOfPeople;
  const shard = parseIncidentId(command.incident)?.shard ?? shardOfPeople;
  // A shard that there is not has no incidents; some shard has to say so.
  return shard < shards ? shard : shardOfPeople;
}
