import { attachExplained } from './attach-explained.js';
import { gatherEvidence } from './gather-evidence.js';
import type { ShardState } from './shard-state.js';

/** After each alert, entry and timer: where what is explained belongs, and then which incidents show which others. */
export function followUp(state: ShardState): void {
  attachExplained(state);
  gatherEvidence(state);
}
