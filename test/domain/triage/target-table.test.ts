import { expect } from 'chai';
import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { TargetTable } from '../../../src/domain/triage/target-table.js';
import { sampleAlert } from '../../support/sample-documents.js';

const alerts: readonly Alert[] = Array.from({ length: 60 }, (_, at) =>
  sampleAlert({ fingerprint: String(at) }),
);
/** Few enough to meet, and the ends of what numbers there are. */
const number = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0x3fff_fff8, max: 0x3fff_ffff }));
const step = fc.record({
  alert: fc.constantFrom(...alerts),
  numbers: fc.uniqueArray(number, { maxLength: 5 }),
});

describe('the table of targets', () => {
  it('has each alert under the numbers given to it last, whatever came and went before', () => {
    let mostEntries = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const table = new TargetTable();
        const expected = new Map<string, readonly number[]>();
        for (const { alert, numbers } of steps) {
          table.give(alert, numbers);
          expected.set(alert.fingerprint, numbers);
        }
        const all = new Set(steps.flatMap(({ numbers }) => numbers));
        for (const each of all) {
          const wanted = alerts.filter(
            ({ fingerprint }) => expected.get(fingerprint)?.includes(each) === true,
          );
          expect([...table.under(each)].sort(byFingerprint)).to.deep.equal([...wanted].sort(byFingerprint));
        }
        expect(table.under(99)).to.deep.equal([]);
        const entries = [...expected.values()].flat().length;
        mostEntries = Math.max(mostEntries, entries);
      }),
    );
    // More than there is room for at first.
    expect(mostEntries).to.be.above(64);
  });
});

function byFingerprint(a: Alert, b: Alert): number {
  return Number(a.fingerprint) - Number(b.fingerprint);
}
