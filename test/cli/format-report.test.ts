import { expect } from 'chai';
import { presentSummary } from '../../src/adapters/http/present-summary.js';
import { createSummarizeIncidents } from '../../src/app/summarize-incidents.js';
import { formatReport, shortDuration } from '../../src/cli/format-report.js';
import { dimensions } from '../../src/domain/report/incident-report.js';
import { createScriptedViews } from '../support/scripted-views.js';
import { sampleAlert, sampleIncident } from '../support/sample-documents.js';
import { nine } from '../support/sample-facts.js';

const minute = 60_000;
const hour = 60 * minute;

async function report(incidents: readonly Parameters<typeof sampleIncident>[0][]): Promise<string> {
  const views = createScriptedViews();
  views.documents.incidents.push(...incidents.map((given) => sampleIncident(given)));
  views.documents.alerts.push(sampleAlert({ occurrenceCount: 5 }));
  views.documents.tallies.push({
    hour: nine,
    received: 30,
    deduplicated: 15,
    occurrences: 9,
    suppressed: { silence: 4 },
  });
  const summarize = createSummarizeIncidents({ views });
  const period = { since: nine, until: nine + hour };
  const question = { period, timezone: 'Europe/Lisbon', offset: () => 0, by: dimensions, top: 10 };
  return formatReport(presentSummary(await summarize(question)));
}

describe('the report on the command line', () => {
  it('has a table for everything, for each breakdown, for noise and for what comes back', async () => {
    const text = await report(
      [1, 2].map((number) => ({
        id: `INC-${number}`,
        number,
        acknowledgedAt: nine + number * minute,
        timeToAcknowledgeMs: number * minute,
        timeToResolveMs: number * 20 * minute,
        resolvedAt: nine + number * 20 * minute,
        resolvedReason: 'person' as const,
        state: 'resolved' as const,
        team: `team-${number}`,
        rootCause: 'disk full',
      })),
    );
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    const row = (name: string) => rows.find(([first]) => first === name);
    expect(row('2026-01-05T09:00Z to 2026-01-05T10:00Z, weeks and dates of Europe/Lisbon')).to.be.an('array');
    expect(row('ALL')?.slice(0, 12)).to.deep.equal([
      ...['ALL', 'opened', 'open', 'expired', 'acked', 'MTTA', 'median', 'p90'],
      ...['resolved', 'MTTR', 'median', 'p90'],
    ]);
    expect(row('total')?.slice(0, 12)).to.deep.equal([
      ...['total', '2', '0', '0', '2', '1m30s', '1m30s', '1m54s'],
      ...['2', '30m', '30m', '38m'],
    ]);
    for (const name of ['PRIORITY', 'TIER', 'TEAM', 'SERVICE', 'CATEGORY', 'WEEK']) {
      expect(row(name), name).to.have.length(row('ALL')!.length);
    }
    expect(row('team-2')?.slice(0, 3)).to.deep.equal(['team-2', '1', '0']);
    expect(row('2026-W02')?.[1]).to.equal('2');
    expect(row('received')).to.deep.equal(['received', '30']);
    expect(row('deduplicated share')).to.deep.equal(['deduplicated share', '50.0%']);
    expect(row('suppressed:silence')).to.deep.equal(['suppressed:silence', '4']);
    expect(row('disk full')?.slice(0, 2)).to.deep.equal(['disk full', '2']);
    expect(row('5ae90ff6f82ebe6b')?.slice(0, 2)).to.deep.equal(['5ae90ff6f82ebe6b', '5']);
  });

  it('has no empty tables, and says where rows are left out', async () => {
    const none = await report([]);
    expect(none).to.not.include('PRIORITY').and.to.not.include('ROOT CAUSES');
    const services = Array.from({ length: 25 }, (_, index) => ({
      id: `INC-${index + 1}`,
      number: index + 1,
      service: `service-${index}`,
    }));
    const many = await report(services);
    expect(many.match(/^service-/gm)).to.have.length(20);
    expect(many).to.include('(5 more: --json has all)');
  });

  for (const [durationMs, text] of [
    [null, '-'],
    [0, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [3 * hour + 59 * minute + 59_000, '3h59m'],
    [49 * hour, '2d1h'],
  ] as const) {
    it(`writes ${String(durationMs)} ms as ${text}`, () => {
      expect(shortDuration(durationMs)).to.equal(text);
    });
  }
});
