import { expect } from 'chai';
import type { IncidentFacts } from '../../../src/domain/incident/incident-facts.js';
import { createIncidentReport, dimensions } from '../../../src/domain/report/incident-report.js';
import { createZoneOffset } from '../../../src/domain/rules/zone-offset.js';
import { nine, sampleClosed, sampleFacts } from '../../support/sample-facts.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function reportOf(
  incidents: readonly IncidentFacts[],
  period = { since: nine, until: nine + 7 * day },
  timezone = 'UTC',
) {
  const report = createIncidentReport({ period, by: dimensions, offset: createZoneOffset(timezone)! });
  for (const incident of incidents) report.add(incident);
  return report;
}

describe('a report about incidents', () => {
  it('has times to acknowledge and to resolve: mean, median, p90, and the time on hold beside them', () => {
    const total = reportOf([
      sampleClosed({ acknowledgeMs: minute, resolveMs: hour }, { heldMs: 10 * minute }),
      sampleClosed({ acknowledgeMs: 3 * minute, resolveMs: 2 * hour }),
      sampleClosed({ acknowledgeMs: 5 * minute, resolveMs: 6 * hour }, { heldMs: 20 * minute }),
    ]).total();
    expect(total.timeToAcknowledge).to.deep.equal({
      count: 3,
      meanMs: 3 * minute,
      medianMs: 3 * minute,
      p90Ms: 4.6 * minute,
    });
    expect(total.timeToResolve).to.deep.equal({
      count: 3,
      meanMs: 3 * hour,
      medianMs: 2 * hour,
      p90Ms: 5.2 * hour,
    });
    expect(total.heldMeanMs).to.equal(10 * minute);
  });

  it('says nothing where nothing was', () => {
    expect(reportOf([]).total()).to.deep.equal({
      opened: 0,
      stillOpen: 0,
      expired: 0,
      timeToAcknowledge: null,
      timeToResolve: null,
      timeToLastResolve: null,
      heldMeanMs: null,
      sla: {},
      reopened: { incidents: 0, times: 0, share: null },
      escalated: { incidents: 0, times: 0, share: null },
      alerts: 0,
      alertsPerIncident: null,
      refirings: 0,
    });
  });

  it('counts an incident where it was opened, acknowledged and resolved, each by itself', () => {
    const incident = sampleClosed({ acknowledgeMs: day, resolveMs: 2 * day });
    const figures = (since: number, until: number) => {
      const total = reportOf([incident], { since: nine + since, until: nine + until }).total();
      const { opened, timeToAcknowledge, timeToResolve } = total;
      return [opened, timeToAcknowledge?.count ?? 0, timeToResolve?.count ?? 0];
    };
    expect(figures(0, 1)).to.deep.equal([1, 0, 0]);
    expect(figures(1, day)).to.deep.equal([0, 0, 0]);
    expect(figures(1, day + 1)).to.deep.equal([0, 1, 0]);
    expect(figures(day + 1, 2 * day)).to.deep.equal([0, 0, 0]);
    expect(figures(2 * day, 3 * day)).to.deep.equal([0, 0, 1]);
    expect(figures(-day, 0)).to.deep.equal([0, 0, 0]);
  });

  it('takes the first resolve for the time to resolve, and the one that stands for the time to the last', () => {
    const total = reportOf([
      sampleClosed({ acknowledgeMs: 0, resolveMs: hour }, { resolvedAt: nine + 5 * hour, reopenCount: 2 }),
      sampleClosed({ acknowledgeMs: 0, resolveMs: hour }, { resolvedAt: null, state: 'new', reopenCount: 1 }),
    ]).total();
    expect(total.timeToResolve).to.include({ count: 2, meanMs: hour });
    expect(total.timeToLastResolve).to.include({ count: 1, meanMs: 5 * hour });
    expect(total.reopened).to.deep.equal({ incidents: 2, times: 3, share: 1 });
  });

  it('keeps ends by expiry out of the time to resolve, and counts them', () => {
    const expired = sampleFacts({ state: 'closed', resolvedAt: nine + hour, resolvedReason: 'expired' });
    const total = reportOf([expired, sampleClosed({ acknowledgeMs: 0, resolveMs: hour })]).total();
    expect(total).to.include({ opened: 2, stillOpen: 0, expired: 1 });
    expect(total.timeToResolve?.count).to.equal(1);
    expect(total.timeToLastResolve?.count).to.equal(1);
  });

  it('counts an incident that was merged into another in no figure but that', () => {
    const report = reportOf([
      sampleClosed({ acknowledgeMs: 0, resolveMs: hour }, { merged: true, rootCause: 'a' }),
      sampleClosed({ acknowledgeMs: 0, resolveMs: hour }, { merged: true, openedAt: nine - 1 }),
    ]);
    expect(report.merged()).to.equal(1);
    expect(report.total()).to.deep.equal(reportOf([]).total());
    expect(report.groups('team')).to.deep.equal([]);
  });

  it('has the share of clocks that were kept, without those that are not decided', () => {
    const total = reportOf([
      sampleFacts({ sla: { acknowledge: 'met', resolve: 'breached' } }),
      sampleFacts({ sla: { acknowledge: 'met', resolve: 'running' } }),
      sampleFacts({ sla: { acknowledge: 'breached', resolve: 'paused' } }),
      sampleFacts({ sla: { acknowledge: 'stopped' } }),
      sampleFacts({ sla: { mitigate: 'running' } }),
    ]).total();
    expect(total.sla).to.deep.equal({
      acknowledge: { kept: 2, breached: 1, undecided: 1, keptShare: 2 / 3 },
      mitigate: { kept: 0, breached: 0, undecided: 1, keptShare: null },
      resolve: { kept: 0, breached: 1, undecided: 2, keptShare: 0 },
    });
  });

  it('counts reopened and escalated incidents, members and their refirings', () => {
    const total = reportOf([
      sampleClosed({ acknowledgeMs: 0, resolveMs: hour }, { alertCount: 4, occurrenceCount: 9 }),
      sampleFacts({ reopenCount: 3, escalationCount: 2 }),
      sampleFacts({ escalationCount: 1 }),
      sampleFacts(),
    ]).total();
    expect(total).to.include({ opened: 4, stillOpen: 3, alerts: 7, alertsPerIncident: 7 / 4, refirings: 5 });
    expect(total.reopened, 'of two that ended').to.deep.equal({ incidents: 1, times: 3, share: 1 / 2 });
    expect(total.escalated).to.deep.equal({ incidents: 2, times: 3, share: 2 / 4 });
  });

  it('is broken down by what incidents are, in order', () => {
    const report = reportOf([
      sampleFacts({ priority: 'P3', team: 'b', service: null }),
      sampleFacts({ priority: 'P1', team: 'a' }),
      sampleFacts({ priority: 'P3', team: 'b' }),
      sampleFacts({ priority: 'P3', team: 'c', tier: 'L3' }),
    ]);
    const rows = (dimension: (typeof dimensions)[number]) =>
      report.groups(dimension).map(({ key, opened }) => [key, opened]);
    expect(rows('priority')).to.deep.equal([
      ['P1', 1],
      ['P3', 3],
    ]);
    expect(rows('tier')).to.deep.equal([
      ['L1', 3],
      ['L3', 1],
    ]);
    expect(rows('team')).to.deep.equal([
      ['b', 2],
      ['a', 1],
      ['c', 1],
    ]);
    expect(rows('service')).to.deep.equal([
      ['shop', 3],
      [null, 1],
    ]);
  });

  it('puts each moment into its own week, on the clocks of the zone', () => {
    const sunday = Date.parse('2026-01-11T22:30:00Z');
    const incident = sampleClosed({ acknowledgeMs: hour, resolveMs: 3 * hour }, { openedAt: sunday });
    const period = { since: nine, until: nine + 14 * day };
    const weeks = (timezone: string) =>
      reportOf([incident], period, timezone)
        .groups('week')
        .map(({ key, opened, timeToAcknowledge, timeToResolve }) => [
          key,
          opened,
          timeToAcknowledge?.count ?? 0,
          timeToResolve?.count ?? 0,
        ]);
    expect(weeks('UTC')).to.deep.equal([
      ['2026-W02', 1, 1, 0],
      ['2026-W03', 0, 0, 1],
    ]);
    expect(weeks('Asia/Tokyo')).to.deep.equal([['2026-W03', 1, 1, 1]]);
  });

  it('counts the kinds of resolution', () => {
    const kinds = ['fixed', 'false-alarm', 'fixed', null] as const;
    const report = reportOf(kinds.map((resolutionKind) => sampleFacts({ resolutionKind })));
    expect(report.resolutionKinds()).to.deep.equal({ 'false-alarm': 1, fixed: 2 });
  });
});
