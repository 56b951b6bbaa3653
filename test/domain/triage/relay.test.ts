import { expect } from 'chai';
import type { Entry, SharedChange } from '../../../src/domain/alert/entry.js';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { alert, emptyLedger, hour, imageOf, morning, writeCut } from '../../support/engine-world.js';
import { sampleRules } from '../../support/sample-rules.js';

const silence = {
  id: 's1',
  matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }],
  endsAt: morning + 10 * hour,
  createdBy: 'ines',
  comment: 'works',
};
const create: SharedChange = { name: 'create-silence', silence };
const expire: SharedChange = { name: 'expire-silence', silence: 's1' };

/** An engine of one of several shards. */
function createShard(shard: number, shards = 3) {
  const sets = ['sample', 'other', 'third'].map((hash) => sampleRules({ hash, revision: hash }));
  const { place } = sampleRules().partition;
  sets.push(sampleRules({ hash: 'partitioned', partition: { by: ['cluster'], place } }));
  const ledger = emptyLedger();
  const ruleSet = (hash: string) => sets.find((set) => set.hash === hash)!;
  let engine = createEngine({ shard, shards, image: imageOf(ledger, 0), ruleSet });
  let position = 0;
  const append = (...entries: Entry[]): void => {
    position += 1;
    engine.apply({ position, at: morning + position, entries });
    expect(engine.takeFaults()).to.deep.equal([]);
    writeCut(ledger, engine.cut());
  };
  append({ kind: 'rules-changed', hash: 'sample', by: 'test' });
  return {
    ...{ ledger, append },
    record: () => JSON.parse(ledger.shard) as ShardRecord,
    waiting: () => (JSON.parse(ledger.shard) as ShardRecord).relay?.waiting.map(({ order }) => order) ?? [],
    rules: () => engine.rules()?.hash,
    restart() {
      engine = createEngine({ shard, shards, image: imageOf(ledger, position), ruleSet });
    },
    ask(id: string, command: Exclude<SharedChange, { name: 'change-rules' }>) {
      append({ kind: 'command', id, by: 'ines', command });
    },
    isMuted(name: string): boolean {
      const sketch = { labels: { alertname: name, service: 'checkout' } };
      append({ kind: 'alerts', alerts: [alert(sketch)] });
      const stored = JSON.parse(ledger.alerts.get(alert(sketch).fingerprint)!) as { suppressedBy: unknown[] };
      return stored.suppressedBy.length > 0;
    },
  };
}

describe('how alerts are spread', () => {
  it('is what the first rules of shard 0 say, for good', () => {
    const zero = createShard(0);
    expect(zero.record().spread).to.deep.equal({ shards: 3, by: [] });
    zero.restart();
    zero.append({ kind: 'rules-changed', hash: 'partitioned', by: 'test' });
    expect(zero.record().spread).to.deep.equal({ shards: 3, by: [] });
    expect(createShard(1).record()).not.to.have.property('spread');
    expect(createShard(0, 1).record()).not.to.have.property('spread');
  });
});

describe('what shard 0 decides for all shards', () => {
  it('waits from the commit on until it is in the logs of all others', () => {
    const zero = createShard(0);
    zero.ask('c1', create);
    zero.ask('c2', expire);
    expect(zero.record().relay).to.deep.equal({
      last: 3,
      waiting: [
        { order: 1, change: { name: 'change-rules', hash: 'sample' } },
        { order: 2, change: create },
        { order: 3, change: expire },
      ],
    });
    zero.append({ kind: 'relays-sent', upTo: 2 });
    zero.restart();
    expect(zero.waiting()).to.deep.equal([3]);
    zero.append({ kind: 'relays-sent', upTo: 1 }, { kind: 'relays-sent', upTo: 3 });
    expect(zero.waiting()).to.deep.equal([]);
  });

  it('is nothing that was refused, asked again under its key, or decided on a log of one shard', () => {
    const zero = createShard(0);
    const key = { key: 'k', bodyHash: 'a' };
    for (const id of ['c1', 'c2'])
      zero.append({ kind: 'command', id, by: 'ines', command: create, idempotency: key });
    zero.ask('c3', { ...expire, silence: 'unknown' });
    expect(zero.waiting()).to.deep.equal([1, 2]);
    const alone = createShard(0, 1);
    alone.ask('c1', create);
    expect(alone.record()).not.to.have.property('relay');
  });

  it('mutes on another shard, and ends there', () => {
    const two = createShard(2);
    two.append({ kind: 'relayed', order: 1, change: create });
    expect(two.isMuted('A')).to.equal(true);
    two.append({ kind: 'relayed', order: 2, change: expire });
    expect(two.isMuted('B')).to.equal(false);
    expect(two.ledger.outcomes.size, 'nobody asked this shard').to.equal(0);
    expect(two.waiting(), 'it goes no further').to.deep.equal([]);
  });

  it('is in force once, however often and late it comes', () => {
    const two = createShard(2);
    const entries = [create, expire, { name: 'change-rules', hash: 'other' } as const].map(
      (change, index) => ({ kind: 'relayed', order: index + 1, change }) as const,
    );
    two.append(...entries);
    const once = two.record();
    for (const entry of entries) {
      two.restart();
      two.append(entry);
    }
    expect({ ...two.record(), at: 0 }).to.deep.equal({ ...once, at: 0 });
    expect(two.rules()).to.equal('other');
    two.append({ kind: 'relayed', order: 4, change: { name: 'change-rules', hash: 'third' } }, entries[2]!);
    expect(two.rules()).to.equal('third');
    expect(two.isMuted('A')).to.equal(false);
  });
});
