import fc from 'fast-check';
import type { Alert } from '../../src/domain/alert/alert.js';
import { deadLetterId, type DeadLetter } from '../../src/domain/alert/dead-letter.js';
import type { Entry, IncidentCommandName, LogRecord } from '../../src/domain/alert/entry.js';
import type { MessageOrigin } from '../../src/domain/alert/topic-origin.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import { isOpen, lifecycle } from '../../src/domain/incident/lifecycle.js';
import { mapReport } from '../../src/domain/sources/person.js';
import type { ShardRecord } from '../../src/domain/triage/changes.js';
import { createEngine } from '../../src/domain/triage/engine.js';
import { alert, emptyLedger, hour, imageOf, minute, morning, writeCut, type Ledger } from './engine-world.js';
import { ruleSet } from './rules-of-histories.js';

const services = ['checkout', 'stock', 'other'] as const;

const anAlert = fc
  .record({
    service: fc.constantFrom(...services),
    pod: fc.integer({ min: 0, max: 3 }),
    severity: fc.constantFrom('critical', 'error', 'warning', 'info'),
    startsAgo: fc.option(fc.integer({ min: 0, max: 30 * minute })),
    end: fc.option(fc.integer({ min: -10 * minute, max: 10 * minute }), { freq: 2 }),
    timeout: fc.boolean(),
  })
  .map((sketch) => ({ kind: 'alert' as const, ...sketch }));

/** Those that move an incident along come more often than the others. */
const moves = [
  ...(['acknowledge', 'start', 'hold', 'resume', 'mitigate', 'update', 'resolve', 'reopen'] as const),
  ...(['merge', 'merge', 'split', 'split'] as const),
];
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const aCommand = fc.record({
  kind: fc.constant('command' as const),
  name: fc.constantFrom(...(Object.keys(lifecycle) as IncidentCommandName[]), ...moves),
  /** Counted back from the newest that is open; 3 is the newest of all. */
  incident: fc.integer({ min: 0, max: 3 }),
  other: fc.integer({ min: 0, max: 4 }),
  level: fc.constantFrom('high', 'medium', 'low', null),
  members: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
  key: rarely(fc.integer({ min: 0, max: 2 })),
});

const aSilence = fc.record({
  kind: fc.constant('silence' as const),
  service: fc.constantFrom(...services),
  delay: fc.integer({ min: 0, max: 20 * minute }),
  length: fc.integer({ min: minute, max: hour }),
  expires: fc.boolean(),
});

const aReport = fc.record({
  kind: fc.constant('report' as const),
  service: fc.option(fc.constantFrom(...services)),
  impact: fc.constantFrom('blocked', 'degraded', 'minor'),
  nonce: fc.integer({ min: 0, max: 9 }),
});

const aReading = fc.record({
  kind: fc.constant('messages' as const),
  partition: fc.integer({ min: 0, max: 1 }),
  /** How many messages are read again. */
  back: fc.integer({ min: 0, max: 6 }),
  count: fc.integer({ min: 1, max: 4 }),
  /** The topic was made anew; or a reader of the one before is late. */
  madeAnew: rarely(fc.boolean()),
  late: rarely(fc.boolean()),
});

const aReplay = fc.record({
  kind: fc.constant('replay' as const),
  letter: fc.integer({ min: 0, max: 3 }),
  service: fc.constantFrom(...services),
});

const anEvent = fc.record({
  gap: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 3 * minute }) },
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 30 * minute }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 9 * hour }) },
    { weight: 1, arbitrary: fc.integer({ min: 24 * hour, max: 80 * hour }) },
  ),
  what: fc.oneof(
    { weight: 8, arbitrary: anAlert },
    { weight: 8, arbitrary: aCommand },
    { weight: 1, arbitrary: aSilence },
    { weight: 1, arbitrary: aReport },
    { weight: 3, arbitrary: aReading },
    { weight: 1, arbitrary: aReplay },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('rules', 'resumed', 'delivered') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  ),
});
type Sketch = typeof anEvent extends fc.Arbitrary<infer T> ? T : never;
type CommandSketch = Extract<Sketch['what'], { kind: 'command' }>;

/** What an event is written upon: commands and deliveries speak of what is there by then. */
interface Now {
  readonly at: number;
  readonly index: number;
  readonly previous: number;
  readonly ledger: Ledger;
  /** Of each partition, the next offset of each incarnation, the newest last. */
  readonly topic: Map<number, number[]>;
}

/** A log, and what it comes to with a commit after each of its records. Both are for reading. */
export interface History {
  readonly log: readonly LogRecord[];
  readonly ledger: Ledger;
}

/**
 * A log of the sketched events: commands are about the newest incidents there are then, what is delivered is one of the
 * notifications that wait then. The last record is a tick far later, so that every timer has had its chance.
 */
export function buildHistory(sketches: readonly Sketch[]): History {
  let at = morning;
  const log: LogRecord[] = [];
  const ledger = emptyLedger();
  const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
  const append = (...entries: Entry[]): void => {
    const record = { position: log.length + 1, at, entries };
    log.push(record);
    engine.apply(record);
    const [fault] = engine.takeFaults();
    if (fault !== undefined) throw fault.error as Error;
    writeCut(ledger, engine.cut());
  };
  append({ kind: 'rules-changed', hash: 'sample', by: 'test' });
  const topic: Now['topic'] = new Map();
  for (const [index, { gap, what }] of sketches.entries()) {
    const previous = at;
    at += gap;
    const now = { at, index, previous, ledger, topic };
    append(...(what.kind === 'messages' ? messagesOf(what, now) : [entryOf(what, now)]));
  }
  at += hour;
  append({ kind: 'tick' });
  return { log, ledger };
}

function entryOf(what: Exclude<Sketch['what'], { kind: 'messages' }>, now: Now): Entry {
  const { at, index } = now;
  switch (what.kind) {
    case 'alert': {
      const labels = { alertname: 'Errors', service: what.service, pod: String(what.pod) };
      return {
        kind: 'alerts',
        alerts: [
          alert({
            labels,
            severity: what.severity,
            ...(what.startsAgo !== null && { startsAt: at - what.startsAgo }),
            ...(what.end !== null && { endsAt: at + what.end }),
            ...(what.timeout && { timeoutMs: 5 * minute }),
          }),
        ],
      };
    }
    case 'command':
      return commandOf(what, now);
    case 'report': {
      const { service, impact, nonce } = what;
      const contact = { name: 'Zoë' };
      const report = { summary: 'broken', impact, contact, ...(service !== null && { service }) };
      const command = { name: 'report', alert: mapReport(report, `n${nonce}`) } as const;
      return { kind: 'command', id: `c${index}`, by: 'Zoë', command };
    }
    case 'replay':
      return replayOf(what, now);
    case 'silence': {
      const matchers = [{ name: 'service', value: what.service, isRegex: false, isEqual: true }];
      const startsAt = at + what.delay;
      const command = what.expires
        ? ({ name: 'expire-silence', silence: `s${index - 1}` } as const)
        : ({
            name: 'create-silence',
            silence: {
              id: `s${index}`,
              matchers,
              startsAt,
              endsAt: startsAt + what.length,
              createdBy: 'ines',
              comment: '',
            },
          } as const);
      return { kind: 'command', id: `c${index}`, by: 'ines', command };
    }
    case 'rules':
      return { kind: 'rules-changed', hash: index % 2 === 0 ? 'calmer' : 'sample', by: 'test' };
    case 'resumed':
      return { kind: 'resumed', since: now.previous };
    case 'delivered': {
      const waiting = [...now.ledger.outbox.keys()];
      const notification = waiting[index % waiting.length] ?? 'INC-1/0/run1-step1/page/purchase';
      return { kind: 'delivered', notification, outcome: index % 3 > 0 ? 'sent' : 'failed', attempts: 1 };
    }
    case 'tick':
      return { kind: 'tick' };
  }
}

/** A run of consecutive messages, some of them read before. What a message holds, its offset tells. */
function messagesOf(what: Extract<Sketch['what'], { kind: 'messages' }>, { at, topic }: Now): Entry[] {
  const { partition } = what;
  const incarnations = topic.get(partition) ?? [0];
  topic.set(partition, incarnations);
  if (what.madeAnew !== null) incarnations.push(0);
  const incarnation = Math.max(1, incarnations.length - (what.late === null ? 0 : 1));
  const next = incarnations[incarnation - 1] ?? 0;
  const first = Math.max(0, next - what.back);
  incarnations[incarnation - 1] = Math.max(next, first + what.count);
  const offsets = Array.from({ length: what.count }, (_, index) => first + index);
  return entriesOf(offsets, { topic: 'alerts', partition, incarnation, at });
}

function entriesOf(offsets: readonly number[], from: Omit<MessageOrigin, 'offset'>): Entry[] {
  const isUnreadable = (offset: number): boolean => offset % 3 === 2;
  const readable = offsets.filter((offset) => !isUnreadable(offset));
  const alerts = readable.map((offset) => {
    const service = services[offset % services.length] ?? 'other';
    return alert({ source: 'topic', labels: { alertname: 'Errors', service, pod: String(offset % 4) } });
  });
  const unread = offsets.filter(isUnreadable).map((offset): Entry => {
    const origin = { ...from, offset };
    const read = { reason: 'not-json', detail: 'no JSON', encoding: 'utf8', text: '{', bytes: 1 } as const;
    return {
      kind: 'dead-letter',
      message: { id: deadLetterId(origin), source: 'topic', origin, ...read, cut: false },
    };
  });
  return alerts.length === 0
    ? unread
    : [{ kind: 'alerts', alerts, origin: { ...from, offsets: readable } }, ...unread];
}

/** One of the newest dead letters, or one that was never there. */
function replayOf(what: Extract<Sketch['what'], { kind: 'replay' }>, { index, ledger }: Now): Entry {
  const stored = [...ledger.deadLetters.values()].at(-1 - what.letter);
  if (stored === undefined) return { kind: 'tick' };
  const letter = JSON.parse(stored) as DeadLetter;
  const labels = { alertname: 'Replayed', service: what.service };
  const command = {
    name: 'replay-dead-letter',
    letter,
    alerts: [alert({ source: 'replayed', labels })],
  } as const;
  const idempotency = { key: `replay ${letter.id}`, bodyHash: letter.id };
  return { kind: 'command', id: `c${index}`, by: 'ines', command, idempotency };
}

function commandOf(what: CommandSketch, { index, ledger }: Now): Entry {
  const { name, other, level } = what;
  const open = incidentsOf(ledger).filter(isOpen);
  const { lastIncident } = JSON.parse(ledger.shard) as ShardRecord;
  const idOf = (back: number): string =>
    (back === 3 ? undefined : open.at(-1 - back)?.id) ?? `INC-${lastIncident}`;
  const incident = idOf(what.incident);
  const named = { assignee: 'marco', person: `p${other}`, commander: 'ada', communications: `c${other}` };
  const words = { reason: 'waits', text: 'a note', resolution: 'done', rootCause: 'unknown' };
  const members = membersOf(ledger, incident);
  const [absorbed] = incidentsOf(ledger).filter(({ mergedInto }) => mergedInto === incident);
  const picked = what.members.flatMap((at) => members[at] ?? []);
  const extra = {
    ...{ ...named, ...words, tier: 'L3' },
    ...{ parent: other === 4 ? null : idOf(other), into: idOf(other) },
    alerts: index % 2 === 0 ? (absorbed?.brought ?? picked) : picked,
    ...(index % 2 === 0
      ? { impact: level, raise: false }
      : { urgency: level, service: index % 3 === 0 ? null : 'stock' }),
  };
  const idempotency =
    what.key === null ? {} : { idempotency: { key: `k${what.key}`, bodyHash: name + incident } };
  const command = { name, incident, ...extra } as never;
  return { kind: 'command', id: `c${index}`, by: 'ines', command, ...idempotency };
}

/** Oldest first. */
function incidentsOf(ledger: Ledger): readonly Incident[] {
  return [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
}

/** Fingerprints, in order. */
function membersOf(ledger: Ledger, id: string): readonly string[] {
  const alerts = [...ledger.alerts.values()].map((json) => JSON.parse(json) as Alert);
  return alerts.flatMap(({ fingerprint, incident }) => (incident === id ? [fingerprint] : [])).sort();
}

/** Any history of up to sixty events, for `buildHistory`; of every length alike, for a merge that is undone takes a while. */
export const anySketches = fc.array(anEvent, { minLength: 1, maxLength: 60, size: 'max' });
