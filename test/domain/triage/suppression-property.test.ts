import { expect } from 'chai';
import type { Alert } from '../../../src/domain/alert/alert.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { isOpen } from '../../../src/domain/incident/lifecycle.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import type { Silence } from '../../../src/domain/triage/silence.js';
import { drawHistories } from '../../support/draw-histories.js';
import { emptyLedger, imageOf, writeCut, type Ledger } from '../../support/engine-world.js';
import { inShort, naiveMarks, naiveRoots, naiveSuppression } from '../../support/naive-suppression.js';
import { ruleSet } from '../../support/rules-of-histories.js';

const read = <T>(documents: Map<string, string>): T[] =>
  [...documents.values()].map((json) => JSON.parse(json) as T);

const forAnyHistory = drawHistories(100);

/** Folds any history and looks at what is stored after each of its records. */
function afterEachRecord(check: (ledger: Ledger, now: { at: number; rulesHash: string }) => void): void {
  forAnyHistory(({ log }) => {
    const ledger = emptyLedger();
    const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
    for (const record of log) {
      engine.apply(record);
      writeCut(ledger, engine.cut());
      check(ledger, { at: record.at, rulesHash: engine.rules()?.hash ?? '' });
    }
  });
}

/** What an attaching rule holds back is part of the incident of what explains it, or of one that was its own before. */
function expectAtItsRoot(alert: Alert, world: Parameters<typeof naiveRoots>[1]): void {
  const roots = naiveRoots(alert, world);
  if (alert.attached) {
    const attaching = world.rules.inhibitions.filter(({ effect }) => effect === 'attach');
    const reasons = alert.suppressedBy.map(({ id }) => id);
    expect(attaching.some(({ ref }) => reasons.includes(ref.id))).to.equal(true);
    if (roots.length > 0) expect(roots).to.include(alert.incident);
  } else if (roots.length > 0) {
    const own = world.incidents.find(({ id }) => id === alert.incident);
    expect(own !== undefined && (isOpen(own) || own.resolvedReason === 'person')).to.equal(true);
  }
}

describe('at any time in any history', () => {
  it('an alert that fires has just the reasons that a look at everything finds, and is shown where they say', () => {
    const found = { muted: 0, attached: 0, withSeveralReasons: 0 };
    afterEachRecord((ledger, { at, rulesHash }) => {
      const alerts = read<Alert>(ledger.alerts).filter(
        ({ fingerprint }) => !ledger.forgotten.has(fingerprint),
      );
      const incidents = read<Incident>(ledger.incidents);
      const world = { alerts, silences: read<Silence>(ledger.silences), rules: ruleSet(rulesHash), at };
      for (const alert of alerts) {
        const expected = alert.status === 'firing' ? naiveSuppression(alert, world) : [];
        expect(inShort(alert.suppressedBy)).to.deep.equal(expected);
        const marks = alert.status === 'firing' ? naiveMarks(alert, world) : [];
        expect((alert.maintenance?.windows ?? []).map(({ id }) => id)).to.deep.equal(marks);
        if (alert.status === 'firing') expectAtItsRoot(alert, { ...world, incidents });
        if (expected.length > 0) found.muted += 1;
        if (alert.attached) found.attached += 1;
        if (expected.length > 1) found.withSeveralReasons += 1;
      }
    });
    expect(found.muted).to.be.above(100);
    expect(found.attached).to.be.above(20);
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
