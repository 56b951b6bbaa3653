import { expect } from 'chai';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import { spreadRecords } from '../../../src/domain/triage/spread-records.js';
import { sampleShardRecord } from '../../contract/sample-commit.js';

const hour = 3_600_000;

/** A shard on which so many alerts came, some of them before this hour. */
function counted(received: number, before: number, more: Partial<ShardRecord> = {}): ShardRecord {
  const since = { received: before, deduplicated: 0, occurrences: 0, suppressed: {} };
  return sampleShardRecord({
    at: 10 * hour + 7,
    totals: {
      counters: { alerts_received: { 'api\u0000firing': received } },
      histograms: { alert_to_notification: { P1: { buckets: [1, received], sum: received, count: 1 } } },
    },
    tally: { hour: 10 * hour, since },
    ...more,
  });
}

describe('the records of shards that are spread otherwise', () => {
  it('go on with the counts of the shard of their number, and of those that are no more', () => {
    const old = new Map([0, 1, 2].map((shard) => [shard, counted(10 ** shard, shard)]));
    const [first, second] = spreadRecords(old, { shards: 2, by: ['cluster'] });
    expect(first!.totals.counters['alerts_received']).to.deep.equal({ 'api\u0000firing': 101 });
    expect(second!.totals.counters['alerts_received']).to.deep.equal({ 'api\u0000firing': 10 });
    expect(first!.totals.histograms['alert_to_notification']).to.deep.equal({
      P1: { buckets: [2, 101], sum: 101, count: 2 },
    });
    expect(first!.tally)
      .to.deep.include({ hour: 10 * hour })
      .and.to.have.nested.property('since.received', 2);
    expect(second!.tally).to.have.nested.property('since.received', 1);
  });

  it('begin to count on a shard that is new', () => {
    const [, second] = spreadRecords(new Map([[0, counted(5, 1)]]), { shards: 2, by: ['cluster'] });
    expect(second!.totals).to.deep.equal({ counters: {}, histograms: {} });
    expect(second!.tally).to.deep.equal({
      hour: 10 * hour,
      since: { received: 0, deduplicated: 0, occurrences: 0, suppressed: {} },
    });
  });

  it('number what comes above all that there was, and only shard 0 says how they are spread', () => {
    const old = new Map([
      [0, sampleShardRecord({ lastIncident: 3, lastEvent: 90, relay: { last: 7, waiting: [] } })],
      [1, sampleShardRecord({ lastIncident: 8, lastEvent: 20, relay: { last: 6, waiting: [] } })],
    ]);
    const to = { shards: 3, by: ['region'] };
    for (const [shard, record] of spreadRecords(old, to).entries()) {
      expect(record).to.deep.include({ lastIncident: 8, lastEvent: 90, movedUpTo: 8 });
      expect(record.relay).to.deep.equal({ last: 7, waiting: [] });
      expect(record.spread).to.deep.equal(shard === 0 ? to : undefined);
    }
    const [only] = spreadRecords(old, { shards: 1, by: ['region'] });
    expect(only!.spread).to.equal(undefined);
  });

  it('know of each rule its newest hit, of each topic the furthest that was seen', () => {
    const seen = (alerts: number, letters: number, at: number) => ({ 'a/0': { 1: { alerts, letters, at } } });
    const old = new Map([
      [0, sampleShardRecord({ ruleLastHits: { a: 5, b: 1 }, origins: seen(3, 9, 30) })],
      [1, sampleShardRecord({ ruleLastHits: { a: 2, c: 4 }, origins: seen(7, -1, 20) })],
      [2, sampleShardRecord({ ruleLastHits: {}, origins: {} })],
    ]);
    const [first, second] = spreadRecords(old, { shards: 2, by: ['cluster'] });
    expect([first!.ruleLastHits, second!.ruleLastHits]).to.deep.equal([
      { a: 5, b: 1 },
      { a: 2, c: 4 },
    ]);
    for (const { origins } of [first!, second!]) expect(origins).to.deep.equal(seen(7, 9, 30));
  });

  it('know of each rule that is broken on any since when, until when, and how it broke first', () => {
    const note = (line: number, [since, lastAt]: [number, number], error: string) => {
      return { rule: { id: 'disk', file: 'triage.yaml', line }, since, lastAt, error };
    };
    const old = new Map([
      [0, sampleShardRecord({ brokenRules: [note(4, [20, 90], 'later')] })],
      [1, sampleShardRecord({ brokenRules: [note(4, [10, 30], 'first'), note(9, [40, 50], 'another')] })],
      [2, sampleShardRecord({})],
    ]);
    for (const { brokenRules } of spreadRecords(old, { shards: 4, by: ['cluster'] }))
      expect(brokenRules).to.deep.equal([note(4, [10, 90], 'first'), note(9, [40, 50], 'another')]);
  });

  it('know of each rule that begins anew on any since when, and how long it may be felt on one of them', () => {
    const begun = (kind: 'group' | 'inhibition', since: number, until: number | null) => {
      return { kind, id: 'by-host', since, until };
    };
    const old = new Map([
      [0, sampleShardRecord({ warming: [begun('inhibition', 20, 120), begun('group', 5, 105)] })],
      [1, sampleShardRecord({ warming: [begun('inhibition', 10, 110), begun('group', 7, null)] })],
    ]);
    for (const { warming } of spreadRecords(old, { shards: 3, by: ['cluster'] }))
      expect(warming).to.deep.equal([begun('group', 5, null), begun('inhibition', 10, 120)]);
  });

  it('know of no rule that is broken or begins anew where there is none', () => {
    const [only] = spreadRecords(new Map([[0, sampleShardRecord({})]]), { shards: 1, by: [] });
    expect(only).to.not.have.any.keys('brokenRules', 'warming');
  });
});
