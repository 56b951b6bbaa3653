import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * What a spreadsheet would say about the log: straight over its rows, with nothing of the engine, of the converter or of the
 * report. Where the two can define a figure differently, the definition here is in the words beside it.
 */
export interface PlainIncident {
  readonly priority: string;
  readonly group: string;
  readonly category: string;
  readonly closedCode: string;
  readonly openedAt: number;
  /** Last row: how often it was reopened, and whether it kept its SLA, as the log's own columns say. */
  readonly reopenCount: number;
  readonly madeSla: boolean;
  /** resolved_at − opened_at; null: the column is empty. */
  readonly resolvedAfterMs: number | null;
  readonly resolvedAt: number | null;
  /** First row in state Resolved or Closed − opened_at. */
  readonly firstResolveMs: number;
  /** First row in state Active or Awaiting … − opened_at, not less than 0; null: nobody ever took it. */
  readonly takenMs: number | null;
  /** From each row in state Awaiting … to the next row. State -100 goes on with what was before it. */
  readonly heldMs: number;
  /** Neither resolved nor waiting: until it was taken (or for good), and in all. */
  readonly openUntilTakenMs: number;
  readonly openMs: number;
}

interface Row {
  readonly state: string;
  readonly at: number;
}

const file = new URL('../../../../test/fixtures/servicenow/incident-events.csv.gz', import.meta.url);

export function readPlainIncidents(): PlainIncident[] {
  const text = gunzipSync(readFileSync(file)).toString();
  const byNumber = new Map<string, string[][]>();
  for (const line of text.split('\n').slice(1)) {
    if (line === '') continue;
    const cells = line.split(',');
    const rows = byNumber.get(cells[0]!) ?? [];
    rows.push(cells);
    byNumber.set(cells[0]!, rows);
  }
  return [...byNumber.values()].map(query);
}

/** number,incident_state,reopen_count,made_sla,opened_at,sys_updated_at,category,priority,assignment_group,closed_code,resolved_at */
function query(lines: readonly string[][]): PlainIncident {
  const [, , reopenCount, madeSla, openedText, , category, priority, group, closedCode, resolvedText] =
    lines.at(-1)!;
  const openedAt = time(openedText!);
  const resolvedAt = resolvedText === '?' ? null : time(resolvedText!);
  const rows = lines.map((cells) => ({ state: cells[1]!, at: Math.max(time(cells[5]!), openedAt) }));
  const first = rows.find(({ state }) => state === 'Resolved' || state === 'Closed')!;
  const taken = rows.find(({ state }) => state === 'Active' || state.startsWith('Awaiting'));
  const spans = spansOf(openedAt, rows);
  return {
    priority: priority!,
    group: group!,
    category: category!,
    closedCode: closedCode!,
    openedAt,
    reopenCount: Number(reopenCount),
    madeSla: madeSla === 'true',
    resolvedAfterMs: resolvedAt === null ? null : resolvedAt - openedAt,
    resolvedAt,
    firstResolveMs: first.at - openedAt,
    takenMs: taken === undefined ? null : taken.at - openedAt,
    heldMs: sum(spans.filter(({ kind }) => kind === 'held').map(({ ms }) => ms)),
    openUntilTakenMs: sum(
      spans
        .filter(({ kind, from }) => kind === 'open' && (taken === undefined || from < taken.at))
        .map(({ ms }) => ms),
    ),
    openMs: sum(spans.filter(({ kind }) => kind === 'open').map(({ ms }) => ms)),
  };
}

/** What the time between one row and the next was spent with; before the first row it is open. */
function spansOf(
  openedAt: number,
  rows: readonly Row[],
): readonly { readonly kind: 'open' | 'held' | 'over'; readonly from: number; readonly ms: number }[] {
  let kind: 'open' | 'held' | 'over' = 'open';
  let from = openedAt;
  return rows.map(({ state, at }) => {
    const span = { kind, from, ms: at - from };
    if (state === 'Resolved' || state === 'Closed') kind = 'over';
    else if (state.startsWith('Awaiting')) kind = 'held';
    else if (state !== '-100') kind = 'open';
    from = at;
    return span;
  });
}

/** d/m/yyyy H:MM, taken for UTC. */
function time(text: string): number {
  const [date = '', clock = ''] = text.split(' ');
  const [day = '', month = '', year = ''] = date.split('/');
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${clock.padStart(5, '0')}Z`;
  return Date.parse(iso);
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Mean, median and 90th percentile, the latter as PERCENTILE of a spreadsheet, in whole milliseconds. */
export function plainDistribution(values: readonly number[]): object | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number): number => {
    const place = p * (sorted.length - 1);
    const lower = sorted[Math.trunc(place)]!;
    const upper = sorted[Math.trunc(place) + 1] ?? lower;
    return Math.round(lower + (place % 1) * (upper - lower));
  };
  return {
    count: sorted.length,
    meanMs: Math.round(sum(sorted) / sorted.length),
    medianMs: at(0.5),
    p90Ms: at(0.9),
  };
}

/** Rows under what they have in common. */
export function groupBy<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** ISO 8601: the week that has the year's 4 January is the first; counted day by day from there. */
export function weekOf(at: number): string {
  const monday = (instant: number): number => {
    const date = new Date(instant);
    const weekday = (date.getUTCDay() + 6) % 7;
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - weekday);
  };
  const own = monday(at);
  for (const year of [1, 0, -1].map((more) => new Date(at).getUTCFullYear() + more)) {
    const first = monday(Date.UTC(year, 0, 4));
    if (own >= first)
      return `${year}-W${String(Math.round((own - first) / 604_800_000) + 1).padStart(2, '0')}`;
  }
  throw new Error('Every instant is in a week.');
}
