import type { Comparison } from './compare.js';
import type { Measurement } from './measure.js';

/** Share of one core that others may take before a run says little. */
const calmShare = 0.2;

/** A warning when other programs had their hands in; null when the machine was calm. */
export function describeNoise(runs: readonly Measurement[]): string | null {
  const noisy = runs.filter((run) => run.othersCpuMs > calmShare * (run.measuredMs + run.catchUpMs));
  if (noisy.length === 0) return null;
  return `${noisy.length} of ${runs.length} runs had more than ${calmShare * 100}% of a core taken by others: repeat when it is calm`;
}

const widths = [15, 13, 10, 8, 8, 8, 8, 9, 7, 9, 18, 8];

/** A run as one line; columns line up with `runHeader`. */
export function describeRun(run: Measurement): string {
  return row([
    run.case,
    run.subject,
    whole(run.alertsPerSecond),
    whole(run.requestsPerSecond),
    run.p50Ms.toFixed(2),
    run.p99Ms.toFixed(2),
    `${((run.serverCpuMs / (run.measuredMs + run.catchUpMs)) * 100).toFixed(0)}%`,
    `${((run.loadCpuMs / run.measuredMs) * 100).toFixed(0)}%`,
    `${((run.othersCpuMs / (run.measuredMs + run.catchUpMs)) * 100).toFixed(0)}%`,
    `${(run.residentBytes / 1_048_576).toFixed(0)} MB`,
    run.backlog === 0 ? '-' : `${run.backlog} in ${(run.catchUpMs / 1_000).toFixed(2)} s`,
    run.problems.length === 0 ? 'adds up' : 'VOID',
  ]);
}

export const runHeader = row([
  'case',
  'server',
  'alerts/s',
  'req/s',
  'p50 ms',
  'p99 ms',
  'its CPU',
  'load CPU',
  'others',
  'resident',
  'caught up',
  'check',
]);

export function describeComparison(comparison: Comparison): string {
  return (
    `${comparison.case}: Tocsin / Alertmanager in ${comparison.unit}: median ${comparison.median.toFixed(2)} ` +
    `(min ${comparison.min.toFixed(2)}, max ${comparison.max.toFixed(2)}, ${comparison.pairs} pairs)`
  );
}

/** How far the load could go beyond what it measured: a load that is itself the limit measures nothing. */
export function describeHeadroom(runs: readonly Measurement[], caseName: string): string | null {
  const best = (subject: string): number =>
    Math.max(
      0,
      ...runs
        .filter((run) => run.case === caseName && run.subject === subject)
        .map((run) => run.requestsPerSecond),
    );
  const bare = best('bare-node');
  if (bare === 0) return null;
  const parts = ['tocsin', 'alertmanager']
    .filter((subject) => best(subject) > 0)
    .map((subject) => `${(bare / best(subject)).toFixed(1)}× ${subject}`);
  return parts.length === 0
    ? null
    : `${caseName}: the same load reached ${parts.join(', ')} on the bare node server`;
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join(' ')
    .trimEnd();
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
