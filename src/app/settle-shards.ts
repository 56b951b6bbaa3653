import type { Alert } from '../domain/alert/alert.js';
import type { Entry } from '../domain/alert/entry.js';
import { rulesNamedBy } from '../domain/alert/rules-named-by.js';
import type { Incident } from '../domain/incident/incident.js';
import type { ShardImage, ShardRecord } from '../domain/triage/changes.js';
import { createEngine, type Engine } from '../domain/triage/engine.js';
import type { LogAndStore } from './copy-everything.js';
import { createOverlaidContents, type OverlaidContents } from './overlaid-contents.js';
import { readUpTo } from './read-up-to.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { StoredDocument } from './stored-document.js';
import { TocsinError } from './tocsin-error.js';
import { unfinished, unfinishedPosition } from './unfinished-copy.js';

/** A shard of a log that rests, with everything that it was told applied to it in memory. What is on disk stays as it is. */
export interface SettledShard {
  readonly shard: number;
  /** Position of the newest record when it was read. */
  readonly end: number;
  record(): ShardRecord;
  /** What the engine has in memory. */
  open(): { readonly alerts: readonly Alert[]; readonly incidents: readonly Incident[] };
  /** All documents. Rejects with `fenced` where somebody else has taken the shard over. */
  documents(): AsyncIterable<readonly StoredDocument[]>;
  /** Applies what is in no log, at the time at which the shard stands. */
  apply(entries: readonly Entry[]): Promise<void>;
}

/**
 * Takes every shard over and brings all of them to one instant: what is in the log and not applied yet, what shard 0 has not sent on, and
 * timers. Those on which nobody has ever worked are left out. Rejects with TocsinError `copy-refused`, or what log and store refuse with.
 */
export async function settleShards(
  from: LogAndStore,
  library: RuleSetLibrary,
): Promise<readonly SettledShard[]> {
  const shards: OldShard[] = [];
  for (let shard = 0; shard < from.log.shards; shard += 1) {
    const one = await openShard(from, shard, library);
    if (one !== null) shards.push(one);
  }
  const [first] = shards;
  if (first?.shard !== 0 || first.record().rules === null)
    throw refused('there is nothing in it: no Tocsin has ever worked on it');
  const at = Math.max(...shards.map((each) => each.at()));
  const unsent = first.record().relay?.waiting ?? [];
  for (const each of shards) {
    await each.pass(at);
    // Those that it has got are known to it.
    if (each !== first) for (const relay of unsent) await each.apply([{ kind: 'relayed', ...relay }]);
  }
  return shards;
}

async function openShard(
  from: LogAndStore,
  shard: number,
  library: RuleSetLibrary,
): Promise<OldShard | null> {
  const { log, store } = from;
  if ((await store.committed(shard)) === unfinishedPosition) throw unfinished(shard);
  const image = await store.open(shard);
  const end = await log.end(shard);
  if (end < image.position)
    throw refused(`shard ${shard} was committed up to ${image.position}, but its log ends at ${end}`);
  if (image.shard === null) {
    if (end === 0) return null;
    throw refused(`shard ${shard} has a log that nobody has worked on; start Tocsin on it once`);
  }
  if (image.shard.rules !== null) await library.load(image.shard.rules);
  const settled = new OldShard({ from, shard, library, image, end });
  await settled.catchUp();
  return settled;
}

class OldShard implements SettledShard {
  readonly shard: number;
  readonly end: number;
  readonly #from: LogAndStore;
  readonly #library: RuleSetLibrary;
  readonly #image: ShardImage;
  readonly #engine: Engine;
  readonly #contents: OverlaidContents = createOverlaidContents();
  #record: ShardRecord;

  constructor(opened: {
    readonly from: LogAndStore;
    readonly shard: number;
    readonly library: RuleSetLibrary;
    readonly image: ShardImage;
    readonly end: number;
  }) {
    const { from, shard, library, image, end } = opened;
    this.shard = shard;
    this.end = end;
    this.#from = from;
    this.#library = library;
    this.#image = image;
    this.#engine = createEngine({
      ...{ shard, shards: from.log.shards, image },
      ruleSet: (hash) => library.get(hash),
    });
    this.#record = this.#take();
  }

  async catchUp(): Promise<void> {
    const { shard, end } = this;
    for await (const batch of readUpTo(this.#from.log, { shard, after: this.#image.position, end }))
      for (const record of batch) {
        await this.#load(record.entries);
        this.#engine.apply(record);
      }
    this.#record = this.#take();
  }

  /** Timers that were due since the newest record are those of a downtime. */
  async pass(at: number): Promise<void> {
    await this.#applyAt(at, [{ kind: 'resumed', since: this.at() }]);
  }

  apply(entries: readonly Entry[]): Promise<void> {
    return this.#applyAt(this.at(), entries);
  }

  at(): number {
    return this.#engine.at();
  }

  record(): ShardRecord {
    return this.#record;
  }

  open(): ReturnType<SettledShard['open']> {
    return this.#contents.open(this.#image);
  }

  documents(): AsyncIterable<readonly StoredDocument[]> {
    return this.#contents.over(this.#from.store.contents(this.shard));
  }

  async #applyAt(at: number, entries: readonly Entry[]): Promise<void> {
    await this.#load(entries);
    this.#engine.apply({ position: this.#engine.position(), at, entries });
    this.#record = this.#take();
  }

  async #load(entries: readonly Entry[]): Promise<void> {
    for (const hash of entries.map(rulesNamedBy)) if (hash !== null) await this.#library.load(hash);
  }

  #take(): ShardRecord {
    const changes = this.#engine.cut();
    this.#contents.add(changes);
    return changes.shard;
  }
}

function refused(why: string): TocsinError {
  return new TocsinError(`The log can't be spread anew: ${why}.`, { code: 'copy-refused', retriable: false });
}
