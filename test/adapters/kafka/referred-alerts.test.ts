import { expect } from 'chai';
import { ReferredAlerts, type PackedRecord } from '../../../src/adapters/kafka/referred-alerts.js';
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
}): PackedRecord {
  const { fresh = [], named = [], since = 1, at = 0, writer = 'a' } = of;
  return {
    ...{ writer, at },
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
    referred = new ReferredAlerts();
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

  it('are dropped when a new writer comes and theirs was silent for an hour', () => {
    missingIn(recordOf({ fresh: [1] }));
    missingIn(recordOf({ writer: 'b', fresh: [1], at: hour }));
    expect(missingIn(recordOf({ named: [1], at: hour }))).to.equal(1);
    expect(missingIn(recordOf({ writer: 'b', named: [1], at: hour }))).to.equal(0);
  });

  it('leave out of an entry what is missing, with the offset of its message', () => {
    const [append] = recordOf({ fresh: [2], named: [1, 2] }).appends;
    const origin = { topic: 't', partition: 0, incarnation: 1, offsets: [7, 8], at: 0 };
    const entries = append!.entries.map((each) => ({ ...each, origin }) as StoredEntry);
    const record: PackedRecord = { writer: 'a', at: 0, appends: [{ ...append!, entries }] };
    expect(referred.take(record)).to.deep.equal({
      missing: 1,
      entries: [{ kind: 'alerts', alerts: [sampleAlert(2, 5)], origin: { ...origin, offsets: [8] } }],
    });
  });
});
