import { expect } from 'chai';
import { createRulesDesk, type RulesDesk } from '../../src/app/reload-rules.js';
import { type ShardsWatch, watchShards } from '../../src/app/watch-shards.js';
import type { TocsinError } from '../../src/app/tocsin-error.js';
import type { Issue } from '../../src/domain/rules/bundle.js';
import type { BundleFiles } from '../../src/domain/rules/bundle.js';
import type { Spread } from '../../src/domain/alert/shard-of-alert.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import { createShardWorld, quietRules } from '../support/shard-world.js';

const broken: Issue = {
  level: 'error',
  code: 'unknown-key',
  message: 'there is no key "macth"',
  place: { file: 'triage.yaml', line: 3, column: 5, endLine: 3, endColumn: 10 },
  rule: 'errors',
} as never;

/** A desk whose disk holds a rule set, or with `null` a bundle with an error. */
async function createWorld(spread: Spread | null = null) {
  const world = createShardWorld();
  const runner = await world.start();
  await world.clock.advance(5_000);
  const watch = (here: typeof runner | null): Promise<ShardsWatch> =>
    watchShards({
      ...{ log: world.log, store: world.store, library: world.library, clock: world.clock },
      ...{ runner: () => here, byDefault: quietRules(), emit: (event) => world.events.push(event) },
    });
  const watchHere = await watch(runner);
  let disk: RuleSet | null = quietRules();
  let reads = 0;
  const deskOn = (shards: ShardsWatch): RulesDesk =>
    createRulesDesk({
      reader: {
        read: async () => {
          reads += 1;
          if (disk !== null) await world.keep(disk);
          return new Map([['hash', disk?.hash ?? 'broken']]);
        },
      },
      loadRules: (files: BundleFiles) => {
        const issues = disk === null ? [broken] : [];
        return Promise.resolve({ ruleSet: disk, issues, hash: files.get('hash') ?? '' });
      },
      ...{
        store: world.store,
        log: world.log,
        shards: { ...watched(shards), spread: () => spread },
        clock: world.clock,
      },
      emit: (event) => world.events.push(event),
    });
  const desk = deskOn(watchHere);
  /** Of a process that has seen no change of the rules, and runs no shard. */
  const deskElsewhere = async (): Promise<RulesDesk> => deskOn(await watch(null));
  const put = (set: RuleSet | null): void => {
    disk = set;
  };
  return { ...world, runner, desk, deskElsewhere, put, reads: () => reads };
}

const watched = (shards: ShardsWatch): Pick<ShardsWatch, 'rules' | 'reached' | 'record'> => ({
  rules: () => shards.rules(),
  reached: (position) => shards.reached(position),
  record: (shard) => shards.record(shard),
});

const next = quietRules({ hash: 'next', revision: 'next' });
const changes = (kinds: readonly string[]): number => kinds.filter((kind) => kind === 'rules-changed').length;

describe('a reload of the rules', () => {
  it('refuses rules that would spread alerts otherwise than the log was made for, and says what to do', async () => {
    const world = await createWorld({ shards: 4, by: ['cluster'] });
    const by = (...labels: string[]) => ({
      partition: { by: labels, place: { file: 'bundle.yaml', line: 7, column: 14 } },
    });
    world.put(quietRules({ ...by('region'), hash: 'region', revision: 'region' }));
    const refused = await world.desk.reload({ by: 'ines', origin: 'api' });
    expect(refused).to.include({ kind: 'refused', revision: 'sample' });
    expect(refused.issues[0]).to.deep.include({ place: { file: 'bundle.yaml', line: 7, column: 14 } });
    expect(refused.issues[0]?.hint).to.include('partitionBy: [cluster]').and.include('docs/sharding.md');
    expect(changes(world.kinds())).to.equal(1);
    world.put(quietRules({ ...by('cluster'), hash: 'cluster', revision: 'cluster' }));
    expect((await world.desk.reload({ by: 'ines', origin: 'api' })).kind).to.equal('reloaded');
  });

  it('resolves when the shard is judged by the new rules', async () => {
    const world = await createWorld();
    world.put(next);
    expect(await world.desk.reload({ by: 'ines', origin: 'api' })).to.deep.equal({
      kind: 'reloaded',
      revision: 'next',
      issues: [],
      warming: [],
    });
    expect(world.desk.current().revision).to.equal('next');
    expect(world.entries().at(-1)).to.deep.equal({ kind: 'rules-changed', hash: 'next', by: 'ines' });
  });

  it('says which rules begin anew because their shape changed, as long as it may be felt', async () => {
    const world = await createWorld();
    world.put(next);
    await world.desk.reload({ by: 'ines', origin: 'api' });
    expect(world.desk.warming({ kind: 'group', id: 'group-by-service' })).to.equal(null);
    const [group] = next.groups;
    world.put(quietRules({ hash: 'other', groups: [{ ...group!, stateHash: 'another shape' }] }));
    const result = await world.desk.reload({ by: 'ines', origin: 'api' });
    const ids = result.kind === 'refused' ? [] : result.warming.map(({ ref }) => ref.id);
    expect(ids).to.deep.equal(['group-by-service']);
    expect(world.events.at(-1)).to.deep.include({ kind: 'rules-loaded', warming: ids });
    const since = world.clock.now();
    const until = since + 6 * 3_600_000;
    expect(world.desk.warming({ kind: 'group', id: ids[0]! })).to.deep.include({ since, until });
    expect(world.desk.warming({ kind: 'policy', id: ids[0]! })).to.equal(null);
    await world.clock.advance(1_000);
    const other = await world.deskElsewhere();
    expect(other.warming({ kind: 'group', id: ids[0]! })).to.deep.include({ since, until });
    await world.clock.advance(6 * 3_600_000);
    expect(world.desk.warming({ kind: 'group', id: ids[0]! })).to.equal(null);
  });

  it('says nothing of what began anew by rules that another process has replaced since', async () => {
    const world = await createWorld();
    const [group] = next.groups;
    world.put(quietRules({ hash: 'other', groups: [{ ...group!, stateHash: 'another shape' }] }));
    await world.desk.reload({ by: 'ines', origin: 'api' });
    await world.clock.advance(1_000);
    expect(world.desk.warming({ kind: 'group', id: group!.ref.id })).not.to.equal(null);
    world.put(quietRules({ hash: 'without', groups: [] }));
    const elsewhere = await world.deskElsewhere();
    const reloading = elsewhere.reload({ by: 'bo', origin: 'api' });
    for (let i = 0; i < 5; i += 1) await world.clock.advance(500);
    await reloading;
    expect(world.desk.current().hash).to.equal('without');
    expect(world.desk.warming({ kind: 'group', id: group!.ref.id })).to.equal(null);
  });

  it('of an unchanged bundle appends nothing', async () => {
    const world = await createWorld();
    expect((await world.desk.reload({ by: 'ines', origin: 'api' })).kind).to.equal('unchanged');
    expect(changes(world.kinds())).to.equal(1);
  });

  it('of a broken bundle keeps the old rules and says so, until the disk is right again', async () => {
    const world = await createWorld();
    world.put(null);
    expect(await world.desk.reload({ by: 'ines', origin: 'api' })).to.deep.equal({
      kind: 'refused',
      revision: 'sample',
      issues: [broken],
    });
    expect(world.desk.current().revision).to.equal('sample');
    expect(changes(world.kinds())).to.equal(1);
    expect(world.desk.lastFailure()).to.deep.include({
      at: world.clock.now(),
      by: 'ines',
      origin: 'api',
      issues: [broken],
    });
    expect(world.desk.lastFailure()?.message).to.equal(
      'triage.yaml:3:5 unknown-key: there is no key "macth"',
    );
    expect(world.events.at(-1)).to.deep.include({
      kind: 'rules-reload-failed',
      by: 'ines',
      origin: 'api',
      issues: 1,
    });
    world.put(quietRules());
    await world.desk.reload({ by: 'ines', origin: 'api' });
    expect(world.desk.lastFailure()).to.equal(null);
    expect(world.events.at(-1)).to.deep.include({ kind: 'rules-loaded', revision: 'sample' });
  });

  it('asked for twice at once appends one entry', async () => {
    const world = await createWorld();
    world.put(next);
    const both = await Promise.all([
      world.desk.reload({ by: 'ines', origin: 'api' }),
      world.desk.reload({ by: 'marco', origin: 'api' }),
    ]);
    expect(both.map(({ kind }) => kind)).to.deep.equal(['reloaded', 'unchanged']);
    expect(changes(world.kinds())).to.equal(2);
    expect(world.reads()).to.equal(2);
  });

  it('asked for while another one is under way waits for it, and has the last word', async () => {
    const world = await createWorld();
    const other = quietRules({ hash: 'other', revision: 'other' });
    world.put(next);
    const read = async (): Promise<BundleFiles> => {
      world.put(other);
      await world.keep(other);
      return new Map([['hash', 'other']]);
    };
    const both = await Promise.all([
      world.desk.reload({ by: 'ines', origin: 'api' }),
      world.desk.reload({ by: 'disk', origin: 'disk', read }),
    ]);
    expect(both.map(({ revision }) => revision)).to.deep.equal(['next', 'other']);
    const hashes = world.entries().flatMap((entry) => (entry.kind === 'rules-changed' ? [entry.hash] : []));
    expect(hashes).to.deep.equal(['sample', 'next', 'other']);
    expect(world.desk.current().revision).to.equal('other');
  });

  it('that the log refuses fails, is told, and keeps no later one waiting', async () => {
    const world = await createWorld();
    world.put(next);
    await world.log.close();
    for (let i = 0; i < 2; i += 1) {
      const refusal = (await world.desk
        .reload({ by: 'ines', origin: 'api' })
        .catch((error: unknown) => error)) as TocsinError;
      expect(refusal).to.include({ code: 'log-closed' });
    }
    expect(world.desk.lastFailure()?.message).to.equal('The log is closed.');
    expect(world.desk.current().revision).to.equal('sample');
  });

  it('counts the hits of a rule as of the newest commit', async () => {
    const world = await createWorld();
    expect(world.desk.hits('errors')).to.deep.equal({ count: 0, lastAt: null });
    await world.receive({});
    const at = world.clock.now();
    await world.clock.advance(1_000);
    expect(world.desk.hits('errors')).to.deep.equal({ count: 1, lastAt: at });
  });
});
