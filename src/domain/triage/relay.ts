import type { SharedChange } from '../alert/entry.js';
import type { ShardState } from './shard-state.js';

/** A change that shard 0 decided for all shards. `order` counts them, from 1. */
export interface Relay {
  readonly order: number;
  readonly change: SharedChange;
}

/** What a shard knows of changes for all shards. */
export interface RelayState {
  /** Of the newest: on shard 0 that was decided, on another that was taken over. */
  readonly last: number;
  /** On shard 0, in order: those that may be missing in the log of another shard. */
  readonly waiting: readonly Relay[];
}

export const noRelays: RelayState = { last: 0, waiting: [] };

/** Shard 0 of several: it waits, from this commit on, to be sent on to the others. */
export function passOn(state: ShardState, change: SharedChange): void {
  if (state.shard !== 0 || state.shards === 1) return;
  const order = state.relay.last + 1;
  state.relay = { last: order, waiting: [...state.relay.waiting, { order, change }] };
}

/** All up to this one are durable in the logs of all other shards. */
export function settleRelays(state: ShardState, upTo: number): void {
  state.relay = { ...state.relay, waiting: state.relay.waiting.filter(({ order }) => order > upTo) };
}

/**
 * False: it was taken over before. Whoever sends begins with the oldest that may be missing, so what comes with an order not above
 * the newest is a repeat, of an owner of shard 0 that crashed or came late.
 */
export function isNewRelay(state: ShardState, order: number): boolean {
  if (order <= state.relay.last) return false;
  state.relay = { ...state.relay, last: order };
  return true;
}
