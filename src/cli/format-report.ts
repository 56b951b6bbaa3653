import type {
  PresentedFigures,
  PresentedGroup,
  PresentedRecurrence,
  PresentedSummary,
} from '../adapters/http/present-summary.js';
import { formatTable } from './format-table.js';

/** Rows of a breakdown that are printed; JSON has all. */
const mostRows = 20;

/** The report as tables for people and for awk: columns two blanks apart, `-` where there is nothing. */
export function formatReport(summary: PresentedSummary): string {
  const { since, until, timezone, total, by, noise, recurring } = summary;
  const clocks = Object.keys(total.sla);
  const merged = total.merged === 0 ? '' : `, ${total.merged} merged into others`;
  return [
    `${shortInstant(since)} to ${shortInstant(until)}, weeks and dates of ${timezone}${merged}`,
    table('ALL', [figureRow('total', total, clocks)], clocks),
    ...Object.entries(by).map(([dimension, groups]) => breakdown(dimension, groups, clocks)),
    noiseTable(summary),
    formatTable(
      ['FLAPPING', 'occurrences', 'messages', 'last seen', 'service', 'title'],
      noise.flapping.map((alert) => [
        alert.fingerprint,
        String(alert.occurrenceCount),
        String(alert.receivedCount),
        shortInstant(alert.lastSeenAt),
        alert.service ?? '-',
        alert.title,
      ]),
    ),
    formatTable(
      ['ROOT CAUSES', ...recurrenceColumns],
      recurring.rootCauses.map((cause) => [cause.rootCause, ...recurrenceCells(cause)]),
    ),
    formatTable(
      ['TROUBLES', 'service', ...recurrenceColumns],
      recurring.troubles.map((trouble) => [
        trouble.category,
        trouble.service ?? '-',
        ...recurrenceCells(trouble),
      ]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function breakdown(dimension: string, groups: readonly PresentedGroup[], clocks: readonly string[]): string {
  if (groups.length === 0) return '';
  const shown = groups.slice(0, mostRows).map((group) => figureRow(group.key ?? '-', group, clocks));
  const rest = groups.length - shown.length;
  const more = rest <= 0 ? '' : `\n(${rest} more: --json has all)`;
  return table(dimension.toUpperCase(), shown, clocks) + more;
}

function table(name: string, rows: readonly (readonly string[])[], clocks: readonly string[]): string {
  const kept = clocks.map((clock) => `kept:${clock}`);
  const columns = [
    ...['opened', 'open', 'expired', 'acked', 'MTTA', 'median', 'p90', 'resolved', 'MTTR', 'median', 'p90'],
    ...['held', 'last', ...kept, 'reopened', 'escalated', 'alerts/inc'],
  ];
  return formatTable([name, ...columns], rows);
}

function figureRow(key: string, figures: PresentedFigures, clocks: readonly string[]): readonly string[] {
  const { timeToAcknowledge: acknowledge, timeToResolve: resolve } = figures;
  const times = (each: PresentedFigures['timeToResolve']): readonly string[] => [
    String(each?.count ?? 0),
    ...[each?.meanMs, each?.medianMs, each?.p90Ms].map(shortDuration),
  ];
  return [
    key,
    ...[figures.opened, figures.stillOpen, figures.expired].map(String),
    ...times(acknowledge),
    ...times(resolve),
    shortDuration(figures.heldMeanMs),
    shortDuration(figures.timeToLastResolve?.meanMs),
    ...clocks.map((clock) => percent(figures.sla[clock]?.keptShare)),
    percent(figures.reopened.share),
    percent(figures.escalated.share),
    decimal(figures.alertsPerIncident),
  ];
}

function noiseTable({ noise, total, resolutionKinds }: PresentedSummary): string {
  const suppressed = Object.entries(noise.suppressed).map(([kind, count]) => [
    `suppressed:${kind}`,
    String(count),
  ]);
  const resolutions = Object.entries(resolutionKinds).map(([kind, count]) => [
    `resolution:${kind}`,
    String(count),
  ]);
  return formatTable(
    ['NOISE', 'count'],
    [
      ['received', String(noise.received)],
      ['received/incident', decimal(noise.receivedPerIncident)],
      ['deduplicated', String(noise.deduplicated)],
      ['deduplicated share', percent(noise.deduplicatedShare)],
      ['occurrences', String(noise.occurrences)],
      ['refirings', String(total.refirings)],
      ...suppressed,
      ...resolutions,
    ],
  );
}

const recurrenceColumns = ['incidents', 'every', 'took', 'last'];

function recurrenceCells(recurrence: PresentedRecurrence): readonly string[] {
  return [
    String(recurrence.incidents),
    shortDuration(recurrence.everyMs),
    shortDuration(recurrence.timeToResolveSumMs),
    shortInstant(recurrence.lastOpenedAt),
  ];
}

function shortInstant(instant: string): string {
  return `${instant.slice(0, 16)}Z`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** The two largest units: `3d4h`, `12m30s`, `0s`. */
export function shortDuration(durationMs: number | null | undefined): string {
  if (durationMs === null || durationMs === undefined) return '-';
  const largest = units.findIndex(([, length]) => durationMs >= length);
  if (largest === -1) return '0s';
  const [unit, length] = units[largest] ?? ['s', 1_000];
  const smaller = units[largest + 1];
  const count = Math.floor(durationMs / length);
  const rest = smaller === undefined ? 0 : Math.floor((durationMs % length) / smaller[1]);
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller?.[0] ?? ''}`;
}

function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '-' : `${(100 * share).toFixed(1)}%`;
}

function decimal(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}
