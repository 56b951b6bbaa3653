import { expect } from 'chai';
import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import type { Silence } from '../../../src/domain/triage/silence.js';
import { anyHistory, buildLog, ruleSet } from '../../support/any-history.js';
import { emptyLedger, imageOf, writeCut, type Ledger } from '../../support/engine-world.js';
import { inShort, naiveMarks, naiveSuppression } from '../../support/naive-suppression.js';

const read = <T>(documents: Map<string, string>): T[] =>
  [...documents.values()].map((json) => JSON.parse(json) as T);

/** Folds any history and looks at what is stored after each of its records. */
function afterEachRecord(check: (ledger: Ledger, now: { at: number; rulesHash: string }) => void): void {
  fc.assert(
    fc.property(anyHistory, (drawn) => {
      const ledger = emptyLedger();
      const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
      for (const record of buildLog(drawn)) {
        engine.apply(record);
        writeCut(ledger, engine.cut());
        check(ledger, { at: record.at, rulesHash: engine.rules()?.hash ?? '' });
      }
    }),
    { numRuns: 100 },
  );
}

describe('at any time in any history', () => {
  it('an alert that fires has just the reasons that a look at everything finds', () => {
    const found = { muted: 0, withSeveralReasons: 0 };
    afterEachRecord((ledger, { at, rulesHash }) => {
      const alerts = read<Alert>(ledger.alerts).filter(
        ({ fingerprint }) => !ledger.forgotten.has(fingerprint),
      );
      const world = { alerts, silences: read<Silence>(ledger.silences), rules: ruleSet(rulesHash), at };
      for (const alert of alerts) {
        const expected = alert.status === 'firing' ? naiveSuppression(alert, world) : [];
        expect(inShort(alert.suppressedBy)).to.deep.equal(expected);
        const marks = alert.status === 'firing' ? naiveMarks(alert, world) : [];
        expect((alert.maintenance?.windows ?? []).map(({ id }) => id)).to.deep.equal(marks);
        if (expected.length > 0) found.muted += 1;
        if (expected.length > 1) found.withSeveralReasons += 1;
      }
    });
    expect(found.muted).to.be.above(100);
    expect(found.withSeveralReasons).to.be.above(3);
  });

  it('what fires and is not held back is part of an incident or counted in one', () => {
    afterEachRecord((ledger) => {
      for (const { status, suppressedBy, incident, countedIn } of read<Alert>(ledger.alerts)) {
        if (status === 'firing' && suppressedBy.length === 0)
          expect(incident ?? countedIn, 'incident').not.to.equal(null);
      }
    });
  });
});
