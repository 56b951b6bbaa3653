import { expect } from 'chai';
import type { Incident } from '../../../src/domain/incident/incident.js';
import type { Notification } from '../../../src/domain/incident/notification.js';
import type { TimelineEvent } from '../../../src/domain/incident/timeline-event.js';
import { drawHistories } from '../../support/draw-histories.js';
import type { Ledger } from '../../support/engine-world.js';
import { foldLog } from '../../support/fold-log.js';
import { standingOn } from '../../support/sample-rules.js';
import { ruleSet } from '../../support/rules-of-histories.js';

const forAnyHistory = drawHistories(100);
const whole = { cutAfter: () => true };

function incidentsOf(ledger: Ledger): readonly Incident[] {
  return [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
}

function timelineOf(ledger: Ledger): readonly TimelineEvent[] {
  return ledger.timeline.map((json) => JSON.parse(json) as TimelineEvent);
}

describe('for any log, evidence', () => {
  it('changes nothing but itself', () => {
    const alone = (hash: string) => ({ ...ruleSet(hash), ...standingOn({}) });
    const rest = (ledger: Ledger): unknown => ({
      incidents: incidentsOf(ledger).map((incident) => ({ ...incident, evidence: [], undelivered: [] })),
      timeline: timelineOf(ledger)
        .filter(({ type }) => type !== 'evidence-added')
        .map(({ incident, at, type, by, reason }) => ({ incident, at, type, by, reason })),
      outbox: [...ledger.outbox.values()].map((json) => ({ ...(JSON.parse(json) as Notification), id: '' })),
      alerts: [...ledger.alerts],
    });
    forAnyHistory((history) => {
      // A delivery names its notification, whose id may hold the number of an event.
      const log = history.log.filter(({ entries }) => entries[0]?.kind !== 'delivered');
      expect(rest(foldLog(log, whole))).to.deep.equal(rest(foldLog(log, { ...whole, by: alone })));
    });
  });

  it('is of another incident that was open then, once each, and in the timeline', () => {
    forAnyHistory(({ ledger }) => {
      const open = new Set<string>();
      const told: string[] = [];
      for (const { incident, type, detail } of timelineOf(ledger)) {
        if (type === 'opened' || type === 'reopened') open.add(incident);
        if (type === 'resolved' || type === 'closed') open.delete(incident);
        if (type !== 'evidence-added') continue;
        const cause = detail['incident'] as string;
        expect(cause).to.not.equal(incident);
        expect(open.has(cause) && open.has(incident), `${incident} by ${cause}`).to.equal(true);
        told.push(`${incident} ${cause}`);
      }
      expect(new Set(told).size).to.equal(told.length);
      const kept = incidentsOf(ledger).flatMap(({ id, evidence }) =>
        evidence.map(({ incident }) => `${id} ${incident}`),
      );
      expect(kept.sort()).to.deep.equal(told.sort());
    });
  });
});
