import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { inRepository } from '../fixture-bundle.js';

/** One event of the log: an incident as it was from then on. Instants are Unix ms, the log's times taken for UTC. */
export interface LoggedEvent {
  readonly state: string;
  readonly at: number;
}

/** An incident with its events in the log's order; what changes from line to line is that of the last one. */
export interface LoggedIncident {
  readonly number: string;
  readonly openedAt: number;
  /** null: the log has none. */
  readonly resolvedAt: number | null;
  readonly madeSla: boolean;
  readonly priority: string;
  readonly category: string;
  readonly group: string;
  readonly closedCode: string;
  readonly events: readonly LoggedEvent[];
}

const file = inRepository('test', 'fixtures', 'servicenow', 'incident-events.csv.gz');

/** The log of test/fixtures/servicenow, in its order; PROVENANCE.md beside it says what the columns are. */
export function readIncidentLog(): LoggedIncident[] {
  const [head = '', ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const names = head.split(',');
  const incidents = new Map<string, LoggedIncident & { events: LoggedEvent[] }>();
  for (const line of lines) {
    const cells = line.split(',');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    const number = cell('number');
    const events = incidents.get(number)?.events ?? [];
    events.push({ state: cell('incident_state'), at: parseLogTime(cell('sys_updated_at')) });
    const resolvedAt = cell('resolved_at');
    incidents.set(number, {
      number,
      openedAt: parseLogTime(cell('opened_at')),
      resolvedAt: resolvedAt === '?' ? null : parseLogTime(resolvedAt),
      madeSla: cell('made_sla') === 'true',
      priority: cell('priority'),
      category: cell('category'),
      group: cell('assignment_group'),
      closedCode: cell('closed_code'),
      events,
    });
  }
  return [...incidents.values()];
}

/** `29/2/2016 01:16`: day, month, year. */
function parseLogTime(text: string): number {
  const [, day, month, year, hour, minute] = (/^(\d+)\/(\d+)\/(\d{4}) (\d+):(\d\d)$/.exec(text) ?? []).map(
    Number,
  );
  const at = Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute);
  if (Number.isNaN(at)) throw new Error(`"${text}" is no time of the log.`);
  return at;
}
