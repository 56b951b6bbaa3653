import { expect } from 'chai';
import type { PresentedFigures, PresentedSummary } from '../../src/adapters/http/present-summary.js';
import { convertIncidents, teamOf } from '../support/servicenow/convert-incidents.js';
import { readIncidentLog, type LoggedIncident } from '../support/servicenow/read-incident-log.js';
import { byClosing, byResolvedAt, byState } from '../support/servicenow/readings.js';
import { serviceNowBundle, type TargetsByPriority } from '../support/servicenow/servicenow-bundle.js';
import {
  groupBy,
  plainDistribution,
  readPlainIncidents,
  sum,
  weekOf,
  type PlainIncident,
} from './servicenow/plain-query.js';
import { reportOfLog } from './servicenow/report-of-log.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Invented: the log tells none. Such that each is missed by some and kept by others. */
const targetMs = {
  P1: { acknowledge: 15 * minute, resolve: 4 * hour },
  P2: { acknowledge: 30 * minute, resolve: 8 * hour },
  P3: { acknowledge: 4 * hour, resolve: 2 * day },
  P4: { acknowledge: 8 * hour, resolve: 5 * day },
} as const;
const targets: TargetsByPriority = {
  P1: { acknowledge: '15m', resolve: '4h' },
  P2: { acknowledge: '30m', resolve: '8h' },
  P3: { acknowledge: '4h', resolve: '2d' },
  P4: { acknowledge: '8h', resolve: '5d' },
  P5: { acknowledge: '8h', resolve: '20d' },
};

function everyTarget(target: string): TargetsByPriority {
  const row = { acknowledge: target, resolve: target };
  return { P1: row, P2: row, P3: row, P4: row, P5: row };
}

/**
 * The log of a real service desk, told to the engine as alerts and commands at the log's times; what the report then says has to
 * be what a plain query over the log's rows says.
 */
describe('the report about 24,918 real incidents', function () {
  this.timeout(120_000);
  let logged: LoggedIncident[];
  let plain: PlainIncident[];
  let teams: string[];

  before(() => {
    logged = readIncidentLog();
    plain = readPlainIncidents();
    teams = [...new Set(logged.map(({ group }) => teamOf(group)))].sort();
  });

  const priorityOf = ({ priority }: PlainIncident) => `P${priority.slice(0, 1)}` as keyof typeof targetMs;
  const dimensions = {
    priority: priorityOf,
    team: ({ group }: PlainIncident) => (group === '?' ? 'none' : group.toLowerCase().replace(' ', '-')),
    category: ({ category }: PlainIncident) => category,
  };

  /** Holds what `ask` takes of the figures against the plain query, in all and group by group. */
  function compare(
    report: PresentedSummary,
    ask: (figures: PresentedFigures) => unknown,
    query: (incidents: readonly PlainIncident[]) => unknown,
  ): void {
    expect(ask(report.total)).to.deep.equal(query(plain));
    for (const [dimension, key] of Object.entries(dimensions)) {
      const groups = report.by[dimension as keyof typeof dimensions] ?? [];
      const found = new Map(groups.map((group) => [group.key, ask(group)]));
      const expected = new Map([...groupBy(plain, key)].map(([name, of]) => [name, query(of)]));
      expect(found.size, dimension).to.be.above(1);
      expect(found, dimension).to.deep.equal(expected);
    }
  }

  describe('told by the states of its events', () => {
    let report: PresentedSummary;

    before(async () => {
      const desk = serviceNowBundle({ name: 'desk', teams, targets });
      const log = convertIncidents(logged, { reading: byState, contract: () => desk.hash });
      report = await reportOfLog(log, [desk]);
    });

    it('has every incident, and all of them closed', () => {
      expect(report.total).to.include({ opened: 24_918, stillOpen: 0, expired: 0, merged: 0 });
      compare(
        report,
        ({ opened }) => opened,
        (of) => of.length,
      );
    });

    it('has the time to resolve: first event in state Resolved or Closed − opened_at', () => {
      compare(
        report,
        ({ timeToResolve }) => timeToResolve,
        (of) => plainDistribution(of.map(({ firstResolveMs }) => firstResolveMs)),
      );
    });

    it('has the time to acknowledge: first event in state Active or Awaiting … − opened_at', () => {
      compare(
        report,
        ({ timeToAcknowledge }) => timeToAcknowledge,
        (of) => plainDistribution(of.flatMap(({ takenMs }) => takenMs ?? [])),
      );
    });

    it('has the time on hold: in state Awaiting …', () => {
      compare(
        report,
        ({ heldMeanMs }) => heldMeanMs,
        (of) => Math.round(sum(of.map(({ heldMs }) => heldMs)) / of.length),
      );
    });

    it('has the reopenings that the column reopen_count tells', () => {
      expect(report.total.reopened).to.include({ incidents: 275, times: 331 });
      compare(
        report,
        ({ reopened }) => reopened,
        (of) => {
          const incidents = of.filter(({ reopenCount }) => reopenCount > 0).length;
          return {
            incidents,
            times: sum(of.map(({ reopenCount }) => reopenCount)),
            share: incidents / of.length,
          };
        },
      );
    });

    it('has the share of resolve targets that were kept: open and not on hold for less than the target', () => {
      compare(
        report,
        ({ sla }) => sla['resolve'],
        (of) => {
          const kept = of.filter((one) => one.openMs < targetMs[priorityOf(one)].resolve).length;
          return { kept, breached: of.length - kept, undecided: 0, keptShare: kept / of.length };
        },
      );
    });

    it('has the share of acknowledge targets that were kept; of those never taken only the late ones are decided', () => {
      compare(
        report,
        ({ sla }) => sla['acknowledge'],
        (of) => {
          const late = (one: PlainIncident) => one.openUntilTakenMs >= targetMs[priorityOf(one)].acknowledge;
          const breached = of.filter(late).length;
          const kept = of.filter((one) => !late(one) && one.takenMs !== null).length;
          const keptShare = kept + breached === 0 ? null : kept / (kept + breached);
          return { kept, breached, undecided: of.length - kept - breached, keptShare };
        },
      );
    });

    it('has each week: opened in it, and the time to resolve of those resolved in it', () => {
      const found = (report.by.week ?? []).map(({ key, opened, timeToResolve }) => [
        key,
        opened,
        timeToResolve,
      ]);
      const opened = groupBy(plain, ({ openedAt }) => weekOf(openedAt));
      const resolved = groupBy(plain, ({ openedAt, firstResolveMs }) => weekOf(openedAt + firstResolveMs));
      const weeks = [...new Set([...opened.keys(), ...resolved.keys()])].sort();
      const expected = weeks.map((week) => [
        week,
        opened.get(week)?.length ?? 0,
        plainDistribution((resolved.get(week) ?? []).map(({ firstResolveMs }) => firstResolveMs)),
      ]);
      expect(found.filter(([, count, took]) => count !== 0 || took !== null)).to.deep.equal(expected);
    });

    it('has what comes back: the codes that incidents were closed with, and their categories', () => {
      const counts = (key: (one: PlainIncident) => string) =>
        [...groupBy(plain, key)]
          .map(([name, of]) => [name, of.length] as const)
          .filter(([, count]) => count > 1);
      const causes = report.recurring.rootCauses.map(({ rootCause, incidents }) => [rootCause, incidents]);
      // "?" is no cause.
      const codes = counts(({ closedCode }) => closedCode).filter(([code]) => code !== '?');
      expect(causes).to.have.deep.members(codes);
      const troubles = report.recurring.troubles.map(({ category, incidents }) => [category, incidents]);
      expect(troubles).to.have.deep.members(counts(({ category }) => category));
    });
  });

  describe('told by the column resolved_at', () => {
    let report: PresentedSummary;

    before(async () => {
      const desk = serviceNowBundle({ name: 'desk', teams, targets });
      const log = convertIncidents(logged, { reading: byResolvedAt, contract: () => desk.hash });
      report = await reportOfLog(log, [desk]);
    });

    it('has the time to the last resolve: resolved_at − opened_at, of the 23,362 that have it', () => {
      expect(report.total.timeToLastResolve?.count).to.equal(23_362);
      compare(
        report,
        ({ timeToLastResolve }) => timeToLastResolve,
        (of) => plainDistribution(of.flatMap(({ resolvedAfterMs }) => resolvedAfterMs ?? [])),
      );
    });

    it('has the time to resolve: the same, but of what was reopened the first resolve', () => {
      compare(
        report,
        ({ timeToResolve }) => timeToResolve,
        (of) =>
          plainDistribution(
            of.flatMap(({ resolvedAfterMs, reopenCount, firstResolveMs }) =>
              resolvedAfterMs === null ? [] : reopenCount > 0 ? firstResolveMs : resolvedAfterMs,
            ),
          ),
      );
    });

    it('keeps those without it out: nobody knows when they were over', () => {
      expect(report.total.expired).to.equal(1_556);
      compare(
        report,
        ({ expired }) => expired,
        (of) => of.filter(({ resolvedAfterMs }) => resolvedAfterMs === null).length,
      );
    });
  });

  /**
   * The log has the outcome of each incident's SLA, made_sla, and neither its targets nor its hours of service, so nothing can
   * be computed anew: each incident is opened under a target that it misses or keeps as the log says. This holds that the
   * share is counted right, of whichever groups; that clocks run right is held above, with targets of our own.
   */
  describe('told by the column made_sla', () => {
    let report: PresentedSummary;

    before(async () => {
      const missed = serviceNowBundle({ name: 'missed', teams, targets: everyTarget('1s') });
      const kept = serviceNowBundle({ name: 'kept', teams, targets: everyTarget('2000d') });
      const contract = ({ madeSla }: LoggedIncident) => (madeSla ? kept.hash : missed.hash);
      report = await reportOfLog(convertIncidents(logged, { reading: byClosing, contract }), [missed, kept]);
    });

    it('has the share of incidents whose last row says made_sla', () => {
      expect(report.total.sla['resolve']?.keptShare).to.equal(15_803 / 24_918);
      compare(
        report,
        ({ sla }) => sla['resolve'],
        (of) => {
          const kept = of.filter(({ madeSla }) => madeSla).length;
          return { kept, breached: of.length - kept, undecided: 0, keptShare: kept / of.length };
        },
      );
    });
  });
});
