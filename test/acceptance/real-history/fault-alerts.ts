import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface FaultAlert {
  readonly ts: string;
  readonly source: 'metric' | 'trace' | 'log';
  readonly entity: string;
  readonly host?: string;
  readonly caller?: string;
  readonly name: string;
  readonly detail: string;
}

/** One message to POST /api/v1/alerts. */
export interface HistoryMessage {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly severity: 'error' | 'warning';
  readonly source: string;
  readonly startsAt: string;
  readonly status?: 'resolved';
  readonly endsAt?: string;
}

/** Relative to the compiled file: dist/test/acceptance/real-history → test/fixtures. */
const file = new URL('../../../../test/fixtures/fault-alerts/MicroSS.alerts.jsonl.gz', import.meta.url);

/** A sender that has not seen an alert for this long says that it is over. */
const quietMs = 10 * 60_000;

/**
 * The recorded history as a sender would tell it, in order of time: every alert that was recorded, and a `resolved` for each
 * that had been quiet for ten minutes. What fired last before the end of the record is left firing.
 */
export function readFaultHistory(): HistoryMessage[] {
  const rows = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FaultAlert);
  const messages: { at: number; message: HistoryMessage }[] = [];
  const firing = new Map<string, { since: string; last: string; message: HistoryMessage }>();
  const resolveQuiet = (now: number): void => {
    for (const [key, { since, last, message }] of firing) {
      const at = Date.parse(last) + quietMs;
      if (at > now) continue;
      firing.delete(key);
      messages.push({ at, message: { ...message, startsAt: since, status: 'resolved', endsAt: last } });
    }
  };
  for (const row of rows) {
    const at = Date.parse(row.ts);
    resolveQuiet(at);
    const message = firingMessage(row);
    const key = JSON.stringify(message.labels);
    firing.set(key, { since: firing.get(key)?.since ?? row.ts, last: row.ts, message });
    messages.push({ at, message });
  }
  return messages.sort((a, b) => a.at - b.at).map(({ message }) => message);
}

function firingMessage(row: FaultAlert): HistoryMessage {
  const { ts, source, entity, host, caller, name, detail } = row;
  return {
    labels: {
      alertname: name,
      entity,
      signal: source,
      ...(host === undefined ? {} : { host }),
      ...(caller === undefined ? {} : { caller }),
      ...(source === 'log' ? {} : { detail }),
    },
    annotations: { summary: `${name} on ${entity}`, ...(source === 'log' ? { description: detail } : {}) },
    severity: source === 'log' || detail === '500' ? 'error' : 'warning',
    source: `micross-${source}`,
    startsAt: ts,
  };
}
