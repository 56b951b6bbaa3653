import type { IncomingAlert } from '../domain/alert/alert.js';
import type { Entry } from '../domain/alert/entry.js';
import { shardOfAlert, type Spread } from '../domain/alert/shard-of-alert.js';
import type { EventLog } from './ports.js';
import type { ShardsWatch } from './watch-shards.js';
import { TocsinError } from './tocsin-error.js';

/** Which shard an alert goes to. Nothing goes to a shard before rules are in force there: it could not be judged. */
export interface AlertShards {
  /** Throws as `split` does. */
  of(alert: Pick<IncomingAlert, 'labels'>): number;
  /** The items by the shard of their alert, each in their order. Throws TocsinError `shards-not-ready` (retriable). */
  split<T>(
    items: readonly T[],
    alertOf: (item: T) => Pick<IncomingAlert, 'labels'>,
  ): ReadonlyMap<number, readonly T[]>;
  /**
   * Resolves once all parts are durable. Rejects with the first refusal once every part has an answer; the others may be
   * durable then.
   */
  append(parts: ReadonlyMap<number, readonly Entry[]>): Promise<void>;
  /** Splits and appends. */
  appendAlerts(alerts: readonly IncomingAlert[]): Promise<void>;
  /** null: alerts can be taken for every shard; else why not, in words for people. */
  unready(): string | null;
}

export function createAlertShards(world: {
  readonly log: Pick<EventLog, 'append' | 'shards'>;
  readonly shards: Pick<ShardsWatch, 'spread' | 'isJudged'>;
}): AlertShards {
  const { log, shards } = world;
  let known: Spread | null = null;
  /** A shard that was ever judged by rules always is. */
  const judged = new Set<number>();

  const spread = (): Spread | null => (known ??= shards.spread());
  const isJudged = (shard: number): boolean => {
    if (!judged.has(shard) && shards.isJudged(shard)) judged.add(shard);
    return judged.has(shard);
  };

  function of(alert: Pick<IncomingAlert, 'labels'>): number {
    const by = spread();
    const shard = by === null ? 0 : shardOfAlert(alert, by);
    if (by === null || !isJudged(shard)) throw notReady(notOpened(shard));
    return shard;
  }

  function split<T>(
    items: readonly T[],
    alertOf: (item: T) => Pick<IncomingAlert, 'labels'>,
  ): ReadonlyMap<number, readonly T[]> {
    const [first] = items;
    if (first !== undefined && spread()?.by.length === 0) return new Map([[of(alertOf(first)), items]]);
    const parts = new Map<number, T[]>();
    for (const item of items) {
      const shard = of(alertOf(item));
      const part = parts.get(shard);
      if (part === undefined) parts.set(shard, [item]);
      else part.push(item);
    }
    return parts;
  }

  async function append(parts: ReadonlyMap<number, readonly Entry[]>): Promise<void> {
    const appends = [...parts].map(([shard, entries]) => log.append(shard, entries));
    for (const end of await Promise.allSettled(appends)) if (end.status === 'rejected') throw end.reason;
  }

  return {
    ...{ of, split, append },
    async appendAlerts(alerts) {
      const parts = split(alerts, (alert) => alert);
      await append(new Map([...parts].map(([shard, part]) => [shard, [{ kind: 'alerts', alerts: part }]])));
    },
    unready() {
      if (spread() === null) return notOpened(0);
      for (let shard = 0; shard < log.shards; shard += 1) if (!isJudged(shard)) return notOpened(shard);
      return null;
    },
  };
}

function notOpened(shard: number): string {
  return `No engine has opened shard ${shard} of the new event log yet; start one (TOCSIN_ROLE all or engine)`;
}

function notReady(message: string): TocsinError {
  return new TocsinError(message, { code: 'shards-not-ready', retriable: true });
}
