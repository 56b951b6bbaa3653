import { expect } from 'chai';
import type { PackedRecord } from '../../../src/adapters/kafka/packed-record.js';
import { ReferredAlerts } from '../../../src/adapters/kafka/referred-alerts.js';
import type { StoredEntry } from '../../../src/app/unpack-entries.js';
import { sampleAlert } from '../../contract/log-samples.js';

const hour = 3_600_000;

/** A record that writes out the alerts of some numbers, or refers to them. */
function recordOf(of: {
  readonly fresh?: readonly number[];
  readonly named?: readonly number[];
  readonly since?: number;
  readonly at?: number;
  readonly writer?: string;
  readonly position?: number;
}): PackedRecord {
  const { fresh = [], named = [], since = 1, at = 0, writer = 'a', position = 1 } = of;
  return {
    ...{ writer, at, position },
    appends: [
      {
        since,
        fresh: fresh.map((number) => ({ first: number, alerts: [sampleAlert(number, 5)] })),
        entries: [{ kind: 'alerts', base: 5, packed: named.flatMap((number) => [number, 0]) }],
      },
    ],
  };
}

describe('alerts that records refer to', () => {
  let referred: ReferredAlerts;
  const missingIn = (record: PackedRecord): number => referred.take(record).missing;

  beforeEach(() => {
    referred = new ReferredAlerts(5);
  });

  it('are found by number, each writer’s among its own', () => {
    expect(missingIn(recordOf({ fresh: [1, 2], named: [2, 1] }))).to.equal(0);
    expect(missingIn(recordOf({ named: [1, 2, 3] }))).to.equal(1);
    expect(missingIn(recordOf({ writer: 'b', named: [1] }))).to.equal(1);
  });

  it('are dropped as soon as the writer says that it refers to them no more', () => {
    missingIn(recordOf({ fresh: [1, 2, 3] }));
    expect(missingIn(recordOf({ since: 3, named: [3] }))).to.equal(0);
    expect(missingIn(recordOf({ since: 1, named: [1, 2, 3] }))).to.equal(2);
  });

  it('are dropped when their writer was silent for long, and are to be read again then should it speak nevertheless', () => {
    missingIn(recordOf({ fresh: [1], position: 5 }));
    missingIn(recordOf({ writer: 'b', fresh: [1], at: hour / 4, position: 6 }));
    expect([4, 5].map((since) => referred.wouldLearnFrom(since))).to.deep.equal([true, false]);
    expect(missingIn(recordOf({ writer: 'b', named: [1], at: (hour * 2) / 3, position: 7 }))).to.equal(0);
    expect(missingIn(recordOf({ named: [1], at: (hour * 2) / 3, position: 8 }))).to.equal(1);
    expect([6, 7].map((since) => referred.wouldLearnFrom(since))).to.deep.equal([true, false]);
  });

  it('leave out of an entry what is missing, with the offset of its message', () => {
    const [append] = recordOf({ fresh: [2], named: [1, 2] }).appends;
    const origin = { topic: 't', partition: 0, incarnation: 1, offsets: [7, 8], at: 0 };
    const entries = append!.entries.map((each) => ({ ...each, origin }) as StoredEntry);
    const record: PackedRecord = { writer: 'a', position: 1, at: 0, appends: [{ ...append!, entries }] };
    expect(referred.take(record)).to.deep.equal({
      missing: 1,
      entries: [{ kind: 'alerts', alerts: [sampleAlert(2, 5)], origin: { ...origin, offsets: [8] } }],
    });
  });
});
