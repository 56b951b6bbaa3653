import { expect } from 'chai';
import { compare } from './compare.js';
import type { Measurement } from './measure.js';
import type { SubjectName } from './subject.js';

const bench = { name: 'batch-1', batch: 1, newShare: 0.1, goal: 2 } as const;

describe('the comparison of the ingest benchmark', () => {
  it('sets each run of one server against the run of the other that came beside it', () => {
    const runs = [run('tocsin', 100), run('alertmanager', 50), run('tocsin', 30), run('alertmanager', 20)];
    expect(compare(bench, [...runs, run('bare-node', 900)])).to.deep.equal({
      case: 'batch-1',
      unit: 'requests/s',
      pairs: 2,
      median: 1.75,
      min: 1.5,
      max: 2,
      goal: 2,
    });
  });

  it('compares nothing where one server did not run', () => {
    expect(compare(bench, [run('tocsin', 100)])).to.equal(null);
  });
});

function run(subject: SubjectName, requestsPerSecond: number): Measurement {
  return {
    subject,
    case: bench.name,
    alertsPerSecond: requestsPerSecond,
    requestsPerSecond,
    p50Ms: 1,
    p99Ms: 2,
    serverCpuMs: 1,
    loadCpuMs: 1,
    othersCpuMs: 0,
    measuredMs: 1,
    residentBytes: 1,
    backlog: 0,
    catchUpMs: 0,
    alerts: 1,
    sentAlerts: 1,
    sentSeries: 1,
    problems: [],
  };
}
