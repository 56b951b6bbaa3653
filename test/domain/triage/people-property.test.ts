import { expect } from 'chai';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { reportOf } from '../../../src/domain/alert/person-report.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { isOpen } from '../../../src/domain/incident/lifecycle.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { drawHistories } from '../../support/draw-histories.js';
import { emptyLedger, imageOf, writeCut, type Ledger } from '../../support/engine-world.js';
import { ruleSet } from '../../support/rules-of-histories.js';

const forAnyHistory = drawHistories(100);

function incidentsOf(ledger: Ledger): ReadonlyMap<string, Incident> {
  return new Map([...ledger.incidents].map(([id, json]) => [id, JSON.parse(json) as Incident]));
}

describe('whatever people ask for', () => {
  it('every alert belongs to at most one incident, and none to one that was merged', () => {
    forAnyHistory(({ ledger }) => {
      const incidents = incidentsOf(ledger);
      for (const json of ledger.alerts.values()) {
        const { incident, fingerprint } = JSON.parse(json) as Alert;
        if (incident !== null) expect(incidents.get(incident)?.mergedInto, fingerprint).to.equal(null);
      }
      for (const { id, mergedInto, state, brought } of incidents.values()) {
        const path = new Set([id]);
        for (let next = mergedInto; next !== null; next = incidents.get(next)?.mergedInto ?? null) {
          expect(path.has(next), `${id} is merged into itself`).to.equal(false);
          path.add(next);
        }
        if (mergedInto !== null) expect(state).to.equal('closed');
        else expect(brought).to.deep.equal([]);
      }
    });
  });

  it('nothing that a person split off is gathered by the same incident again, but by a merge', () => {
    forAnyHistory(({ ledger }) => {
      for (const { id, splitOff } of incidentsOf(ledger).values()) {
        for (const fingerprint of splitOff) {
          const json = ledger.alerts.get(fingerprint);
          if (json !== undefined) expect((JSON.parse(json) as Alert).incident).to.not.equal(id);
        }
      }
    });
  });

  it('an open incident names the services of its alerts, and its own among them', () => {
    forAnyHistory(({ ledger }) => {
      for (const { id, state, services, pinned, service } of incidentsOf(ledger).values()) {
        if (state === 'resolved' || state === 'closed') continue;
        const members = [...ledger.alerts.values()]
          .map((json) => JSON.parse(json) as Alert)
          .filter(({ incident }) => incident === id);
        const theirs = members.flatMap(({ service: own }) => own ?? []);
        expect(services).to.include.members(theirs);
        if (!pinned.includes('service') && service !== null) expect(services).to.include(service);
      }
    });
  });

  it('a report of a person fires until its incident is resolved, and is never only counted', () => {
    forAnyHistory(({ ledger }) => {
      const incidents = incidentsOf(ledger);
      for (const json of ledger.alerts.values()) {
        const alert = JSON.parse(json) as Alert;
        if (reportOf(alert) === null) continue;
        expect(alert).to.deep.include({ expiresAt: null, countedIn: null });
        const incident = alert.incident === null ? undefined : incidents.get(alert.incident);
        if (incident === undefined) expect(alert.status).to.equal('firing');
        else if (alert.status === 'firing') expect(isOpen(incident)).to.equal(true);
        else expect(incident.timeToResolveMs).to.not.equal(null);
      }
    });
  });

  it('parents and children agree, one level deep', () => {
    forAnyHistory(({ ledger }) => {
      const incidents = [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
      const ties = incidents.flatMap(({ id, parent }) => (parent === null ? [] : [`${parent} ${id}`]));
      const same = incidents.flatMap(({ id, children }) => children.map((child) => `${id} ${child}`));
      expect(same).to.have.members(ties);
      for (const { parent, children } of incidents)
        expect(parent === null || children.length === 0).to.equal(true);
    });
  });

  it('a pinned level is left alone by everything but people', () => {
    forAnyHistory(({ log }) => {
      const ledger = emptyLedger();
      const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
      for (const record of log) {
        const before = new Map(ledger.incidents);
        engine.apply(record);
        writeCut(ledger, engine.cut());
        if (record.entries[0]?.kind === 'command') continue;
        for (const [id, json] of before) {
          const { pinned, ...was } = JSON.parse(json) as Incident;
          const now = JSON.parse(ledger.incidents.get(id) as string) as Incident;
          for (const field of pinned) expect(now[field], `${field} of ${id}`).to.equal(was[field]);
        }
      }
    });
  });
});
