import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import type { DeadLetter } from '../../src/domain/alert/dead-letter.js';
import type { Command, Entry, LogRecord } from '../../src/domain/alert/entry.js';
import { fingerprint } from '../../src/domain/alert/fingerprint.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import type { Notification } from '../../src/domain/incident/notification.js';
import type { TimelineEvent } from '../../src/domain/incident/timeline-event.js';
import type { RuleSet } from '../../src/domain/rules/rule-set.js';
import type { Alert } from '../../src/domain/alert/alert.js';
import type { Changes, ShardImage, ShardRecord } from '../../src/domain/triage/changes.js';
import { createEngine, type Engine } from '../../src/domain/triage/engine.js';
import type { Outcome } from '../../src/domain/triage/outcome.js';
import type { Silence } from '../../src/domain/triage/silence.js';
import { sampleRules } from './sample-rules.js';

/** A Monday morning. */
export const morning = Date.UTC(2026, 10, 23, 10, 0, 0);
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** What a store holds after some cuts: every document as JSON, so that later changes in memory can't reach it. */
export interface Ledger {
  shard: string;
  readonly alerts: Map<string, string>;
  readonly incidents: Map<string, string>;
  readonly silences: Map<string, string>;
  readonly outcomes: Map<string, string>;
  readonly deadLetters: Map<string, string>;
  readonly outbox: Map<string, string>;
  readonly former: Map<string, string>;
  readonly timeline: string[];
  readonly tallies: Map<string, string>;
  readonly forgotten: Set<string>;
}

export function emptyLedger(): Ledger {
  return {
    shard: '',
    alerts: new Map(),
    incidents: new Map(),
    silences: new Map(),
    outcomes: new Map(),
    deadLetters: new Map(),
    outbox: new Map(),
    former: new Map(),
    timeline: [],
    tallies: new Map(),
    forgotten: new Set(),
  };
}

/** Writes a cut as a store would. */
export function writeCut(ledger: Ledger, changes: Changes): void {
  ledger.shard = JSON.stringify(changes.shard);
  for (const each of [...changes.alerts, ...changes.touched])
    put(ledger, ledger.alerts, [each.fingerprint, each]);
  for (const each of changes.incidents) put(ledger, ledger.incidents, [each.id, each]);
  for (const each of changes.silences) put(ledger, ledger.silences, [each.id, each]);
  for (const each of changes.outcomes) put(ledger, ledger.outcomes, [each.command, each]);
  for (const each of changes.deadLetters) ledger.deadLetters.set(each.id, JSON.stringify(each));
  for (const each of changes.notifications) ledger.outbox.set(each.id, JSON.stringify(each));
  for (const each of changes.formerAlerts)
    ledger.former.set(`${each.incident ?? ''}/${each.fingerprint}`, JSON.stringify(each));
  for (const each of changes.timeline) ledger.timeline.push(JSON.stringify(each));
  for (const each of changes.tallies) ledger.tallies.set(String(each.hour), JSON.stringify(each));
  for (const id of changes.settled) ledger.outbox.delete(id);
  for (const ids of Object.values(changes.forgotten)) for (const id of ids) ledger.forgotten.add(id);
}

function put(ledger: Ledger, documents: Map<string, string>, [id, value]: [string, unknown]): void {
  documents.set(id, JSON.stringify(value));
  ledger.forgotten.delete(id);
}

/** The open state in a ledger, as a store gives it to a new owner. */
export function imageOf(ledger: Ledger, position: number): ShardImage {
  const open = (documents: Map<string, string>): readonly unknown[] =>
    [...documents].filter(([id]) => !ledger.forgotten.has(id)).map(([, json]) => JSON.parse(json) as unknown);
  return {
    shard: ledger.shard === '' ? null : (JSON.parse(ledger.shard) as ShardRecord),
    position,
    commit: 0,
    alerts: open(ledger.alerts) as readonly Alert[],
    incidents: open(ledger.incidents) as readonly Incident[],
    silences: open(ledger.silences) as readonly Silence[],
    outcomes: open(ledger.outcomes) as readonly Outcome[],
  };
}

export type AlertSketch = Partial<Omit<IncomingAlert, 'labels'>> & {
  readonly labels?: Record<string, string>;
};

/** A firing critical alert `Errors` of checkout, unless said otherwise. */
export function alert(sketch: AlertSketch = {}): IncomingAlert {
  const labels = sketch.labels ?? { alertname: 'Errors', service: 'checkout' };
  return {
    source: 'prometheus',
    severity: 'critical',
    title: labels['alertname'] ?? 'alert',
    annotations: {},
    ...sketch,
    labels,
    fingerprint: sketch.fingerprint ?? fingerprint(labels),
  };
}

/** An engine with its log and the store it writes to, on a clock that the test moves. */
export function createWorld(rules: RuleSet = sampleRules()) {
  const sets = new Map([[rules.hash, rules]]);
  const ledger = emptyLedger();
  const ruleSet = (hash: string): RuleSet => sets.get(hash) as RuleSet;
  const engine: Engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
  const log: LogRecord[] = [];
  let at = morning;
  let commands = 0;

  function append(...entries: Entry[]): void {
    const record: LogRecord = { position: log.length + 1, at, entries };
    log.push(record);
    engine.apply(JSON.parse(JSON.stringify(record)) as LogRecord);
    const [fault] = engine.takeFaults();
    if (fault !== undefined) throw fault.error as Error;
    writeCut(ledger, engine.cut());
  }

  const read = (documents: Map<string, string>, id: string): unknown => {
    const json = documents.get(id);
    if (json === undefined) throw new Error(`nothing is stored under ${id}`);
    return JSON.parse(json) as unknown;
  };

  append({ kind: 'rules-changed', hash: rules.hash, by: 'test' });
  return {
    engine,
    ledger,
    log,
    ruleSet,
    append,
    now: () => at,
    use(next: RuleSet) {
      sets.set(next.hash, next);
      append({ kind: 'rules-changed', hash: next.hash, by: 'test' });
    },
    /** Lets time pass, a tick each minute, as the shard's owner would bring it. */
    wait(ms: number, tickEvery = minute) {
      const end = at + ms;
      while (at < end) {
        at = Math.min(end, at + tickEvery);
        append({ kind: 'tick' });
      }
    },
    /** Lets time pass without any entry. */
    sleep(ms: number) {
      at += ms;
    },
    receive(...alerts: AlertSketch[]) {
      append({ kind: 'alerts', alerts: alerts.map(alert) });
    },
    ask(
      command: Command,
      options: { by?: string; idempotency?: { key: string; bodyHash: string } } = {},
    ): Outcome {
      commands += 1;
      const id = `command-${commands}`;
      const { by = 'ines', idempotency } = options;
      append({ kind: 'command', id, by, command, ...(idempotency !== undefined && { idempotency }) });
      return read(ledger.outcomes, id) as Outcome;
    },
    act(name: 'acknowledge' | 'start' | 'resume' | 'reopen' | 'resolve', incident = 'INC-1'): Outcome {
      return this.ask({ name, incident });
    },
    incident: (id = 'INC-1') => read(ledger.incidents, id) as Incident,
    incidents: () => [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident),
    alert: (sketch: AlertSketch = {}) => read(ledger.alerts, alert(sketch).fingerprint) as Alert,
    alerts: () => [...ledger.alerts.values()].map((json) => JSON.parse(json) as Alert),
    deadLetters: () => [...ledger.deadLetters.values()].map((json) => JSON.parse(json) as DeadLetter),
    outbox: () => [...ledger.outbox.values()].map((json) => JSON.parse(json) as Notification),
    timeline: (incident = 'INC-1') =>
      ledger.timeline
        .map((json) => JSON.parse(json) as TimelineEvent)
        .filter((event) => event.incident === incident),
    total: (metric: string, key: string) =>
      (JSON.parse(ledger.shard) as ShardRecord).totals.counters[metric]?.[key] ?? 0,
  };
}

export type World = ReturnType<typeof createWorld>;
