import { expect } from 'chai';
import fc from 'fast-check';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import type { Appended, EventLog } from '../../../src/app/ports.js';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Entry } from '../../../src/domain/alert/entry.js';
import { bigEntry, entry, readToEnd, sampleAlert } from '../../contract/log-samples.js';
import { createSettableClock, type SettableClock } from '../../support/settable-clock.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';

/**
 * So little room that some large entries fill it, and enough for what has to fit in the end: the newest record of both shards
 * and the write that failed, with two large entries each.
 */
const maxPages = 100;
const largeBytes = 100_000;
const shards = [0, 1] as const;
/** So many that some come for the first time in any write, and some again. */
const knownAlerts = 100;
/** So many appends of those that come together go into one write; the others wait for the next. */
const underWay = 3;

interface AskedAppend {
  readonly shard: 0 | 1;
  /** Which of the alerts that are known, with an end. */
  readonly alerts: readonly { readonly which: number; readonly end: number | null }[];
  readonly beside: 'nothing' | 'entry';
}

type Step =
  | { readonly kind: 'append'; readonly together: readonly AskedAppend[]; readonly large: number }
  | { readonly kind: 'prune'; readonly shard: 0 | 1; readonly keep: number }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'wait'; readonly ms: number };

const append: fc.Arbitrary<AskedAppend> = fc.record({
  shard: fc.constantFrom(...shards),
  alerts: fc.array(
    fc.record({
      which: fc.nat(knownAlerts - 1),
      end: fc.option(fc.integer({ min: -1, max: 9_000_000_000_000 })),
    }),
    { maxLength: 5 },
  ),
  beside: fc.constantFrom('nothing', 'entry'),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      together: fc.array(append, { minLength: 1, maxLength: 6 }),
      /** So many of them come with an entry that fills a good part of the file. */
      large: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('prune' as const),
      shard: fc.constantFrom(...shards),
      keep: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 3_600_001, -7_200_000),
    }),
  },
);

/** What a log must hold: for each shard the entries that were acknowledged, by record. */
class World {
  readonly #directory: string;
  readonly #clock: SettableClock = createSettableClock();
  readonly #known = Array.from({ length: knownAlerts }, (_, number) => sampleAlert(number, 0));
  readonly #expected = [new Map<number, Entry[]>(), new Map<number, Entry[]>()] as const;
  #log: EventLog | null = null;
  #count = 0;
  refused = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(): Promise<void> {
    await this.#log?.close();
    this.#log = await openSqliteLog({ directory: this.#directory, clock: this.#clock, shards: 2, maxPages });
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'reopen') await this.open();
    else if (step.kind === 'wait') this.#clock.set(this.#clock.now() + step.ms);
    else if (step.kind === 'prune') await this.#prune(step.shard, step.keep);
    else await this.#append(step.together, step.large);
  }

  async check(): Promise<void> {
    for (const shard of shards) {
      const found = await readToEnd(this.#current(), shard);
      expect(found.map(({ position, entries }) => [position, entries])).to.deep.equal([
        ...this.#expected[shard],
      ]);
    }
  }

  #current(): EventLog {
    if (this.#log === null) throw new Error('The log is not open.');
    return this.#log;
  }

  async #append(together: readonly AskedAppend[], large: number): Promise<void> {
    const asked = together.map(({ shard, beside }, index) => ({
      shard,
      entries: [
        // The later ones say what the write under way says for the first time.
        ...this.#entriesOf({ alerts: together[index % underWay]?.alerts ?? [], beside }),
        ...(index < large ? [bigEntry(largeBytes)] : []),
      ],
    }));
    const answers: Promise<Appended | null>[] = [];
    for (const [index, { shard, entries }] of asked.entries()) {
      if (index === underWay) await new Promise((resolve) => setImmediate(resolve));
      answers.push(
        this.#current()
          .append(shard, entries)
          .catch(() => null),
      );
    }
    const places = await Promise.all(answers);
    for (const [index, { shard, entries }] of asked.entries()) {
      const place = places[index];
      if (place === null || place === undefined) {
        this.refused += 1;
        continue;
      }
      const record = this.#expected[shard].get(place.position);
      if (record === undefined) this.#expected[shard].set(place.position, [...entries]);
      else record.push(...entries);
    }
    if (!places.includes(null)) return;
    await this.#makeRoom();
    await this.#appendAllAlerts();
  }

  #entriesOf({ alerts, beside }: Omit<AskedAppend, 'shard'>): readonly Entry[] {
    const list = alerts.map(({ which, end }): IncomingAlert => {
      const { endsAt, ...known } = this.#known[which]!;
      return end === null ? known : { ...known, endsAt: (endsAt ?? 0) + end };
    });
    const entries: Entry[] = [{ kind: 'alerts', alerts: list }];
    this.#count += 1;
    if (beside === 'entry') entries.push(entry(this.#count));
    return entries;
  }

  /** After a failure nothing is left of it: what was said in vain is said anew. */
  async #appendAllAlerts(): Promise<void> {
    const entries: readonly Entry[] = [{ kind: 'alerts', alerts: this.#known }];
    const { position } = await this.#current().append(0, entries);
    this.#expected[0].set(position, [...entries]);
  }

  async #makeRoom(): Promise<void> {
    for (const shard of shards) await this.#prune(shard, 0);
    await waitUntil(
      { what: 'the log to recover', timeoutMs: 10_000, everyMs: 5 },
      () => this.#current().unavailable() === null,
    );
  }

  async #prune(shard: 0 | 1, keep: number): Promise<void> {
    const records = this.#expected[shard];
    const position = [...records.keys()].at(-1 - keep) ?? 0;
    await this.#current().prune(shard, { before: 0, maxBytes: 0, position });
    const newest = [...records.keys()].at(-1);
    for (const each of records.keys()) if (each <= position && each !== newest) records.delete(each);
  }
}

describe('whatever happens to the log on SQLite', () => {
  it('it holds what it acknowledged and was not told to drop, and nothing else', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const directory = await makeTempDir('log-property');
        const world = new World(directory.path);
        try {
          await world.open();
          for (const each of steps) await world.take(each);
          await world.check();
          await world.open();
          await world.check();
        } finally {
          refused += world.refused;
          await world.close();
          await directory.remove();
        }
      }),
      { numRuns: 25 },
    );
    expect(refused, 'appends that the full file refused').to.be.above(0);
  }).timeout(120_000);
});
