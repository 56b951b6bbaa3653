import { expect } from 'chai';
import fc from 'fast-check';
import { slaClockNames } from '../../../src/domain/incident/sla.js';
import { deadLetterId, type DeadLetter } from '../../../src/domain/alert/dead-letter.js';
import type { LogRecord } from '../../../src/domain/alert/entry.js';
import { lifecycle } from '../../../src/domain/incident/lifecycle.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import type { IncidentState } from '../../../src/domain/incident/scales.js';
import type { TimelineEvent } from '../../../src/domain/incident/timeline-event.js';
import { createEngine } from '../../../src/domain/triage/engine.js';
import { alertMemoryMs } from '../../../src/domain/triage/remember-alert.js';
import type { Alert } from '../../../src/domain/alert/alert.js';
import type { ShardRecord } from '../../../src/domain/triage/changes.js';
import { drawHistories } from '../../support/draw-histories.js';
import { alert, emptyLedger, hour, imageOf, minute, morning, writeCut } from '../../support/engine-world.js';
import { countCensus, inOrder } from '../../support/count-census.js';
import { documents, foldLog } from '../../support/fold-log.js';
import { ruleSet } from '../../support/rules-of-histories.js';

const forAnyHistory = drawHistories(100);
/** As many as a history has records at most. */
const ofEachRecord = { minLength: 62, maxLength: 62 };
const aFlagEach = fc.array(fc.boolean(), ofEachRecord);

/** How many alerts came by themselves, and which messages of topics had alerts or could not be read: each named once. */
function alertsOf(log: readonly LogRecord[]): {
  readonly own: number;
  readonly messages: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
} {
  const messages = new Set<string>();
  const unread = new Set<string>();
  let own = 0;
  for (const entry of log.flatMap(({ entries }) => entries)) {
    if (entry.kind === 'dead-letter') unread.add(entry.message.id);
    if (entry.kind !== 'alerts') continue;
    const { origin } = entry;
    if (origin === undefined) own += entry.alerts.length;
    else for (const offset of origin.offsets) messages.add(deadLetterId({ ...origin, offset }));
  }
  return { own, messages, unread };
}

describe('for any log', () => {
  it('the state is the same wherever commits were cut and owners changed', () => {
    const also = fc.record({ cuts: aFlagEach, reload: fc.boolean() });
    forAnyHistory(
      ({ log, ledger }, { cuts, reload }) => {
        const cut = foldLog(log, { cutAfter: (index) => cuts[index] === true, reload });
        expect(documents(cut)).to.deep.equal(documents(ledger));
      },
      { also },
    );
  });

  it('a timer that was put off moves nothing, whether the owner remembers it or not', () => {
    const beat = (at: number, endsAt: number): LogRecord => ({
      position: at,
      at,
      entries: [{ kind: 'alerts', alerts: [alert({ severity: 'error', startsAt: morning, endsAt })] }],
    });
    const log: LogRecord[] = [
      { position: 1, at: morning, entries: [{ kind: 'rules-changed', hash: 'sample', by: 'test' }] },
      beat(morning + 1, morning + 12 * minute),
      beat(morning + minute, morning + 14 * minute),
      {
        position: morning + hour,
        at: morning + 13 * minute,
        entries: [{ kind: 'resumed', since: morning + minute }],
      },
    ];
    const remembers = foldLog(log, { cutAfter: () => true });
    const loaded = foldLog(log, { cutAfter: () => true, reload: true });
    const steps = [...remembers.outbox.keys()].filter((id) => id.includes('-step'));
    expect(steps).to.have.length(2);
    expect(documents(loaded)).to.deep.equal(documents(remembers));
  });

  it('the state is the same whichever ticks but the last are left out', () => {
    forAnyHistory(
      ({ log, ledger }, kept) => {
        const fewer = log.filter(
          (record, i) => record.entries[0]?.kind !== 'tick' || i === log.length - 1 || kept[i] === true,
        );
        expect(documents(foldLog(fewer, { cutAfter: () => true }))).to.deep.equal(documents(ledger));
      },
      { also: aFlagEach },
    );
  });

  it('a clock of the log that is set back makes time stand still until it has caught up', () => {
    forAnyHistory(
      ({ log }, hours) => {
        let newest = 0;
        const uneven: LogRecord[] = [];
        const even: LogRecord[] = [];
        for (const [index, record] of log.entries()) {
          const at = record.at + (hours[index] ?? 0) * hour;
          newest = Math.max(newest, at);
          uneven.push({ ...record, at });
          even.push({ ...record, at: newest });
        }
        const expected = documents(foldLog(even, { cutAfter: () => true }));
        for (const reload of [false, true])
          expect(documents(foldLog(uneven, { cutAfter: () => true, reload }))).to.deep.equal(expected);
      },
      { also: fc.array(fc.integer({ min: -2, max: 1 }), ofEachRecord) },
    );
  });

  it('messages and occurrences add up, and no incident has more members than were counted into it', () => {
    forAnyHistory(({ log, ledger }) => {
      const shard = JSON.parse(ledger.shard) as {
        totals: { counters: Record<string, Record<string, number>> };
      };
      const sum = (metric: string, leaveOut: readonly string[] = []) =>
        Object.entries(shard.totals.counters[metric] ?? {})
          .filter(([labels]) => !leaveOut.some((source) => labels.startsWith(source)))
          .reduce((total, [, count]) => total + count, 0);
      const sent = alertsOf(log);
      expect(sum('alerts_received', ['person', 'replayed'])).to.equal(sent.own + sent.messages.size);
      // Later an alert may have been forgotten and have come back as a new one.
      const allRemembered = (log.at(-1)?.at ?? 0) - (log[0]?.at ?? 0) < alertMemoryMs;
      const alerts = [...ledger.alerts.values()].map((json) => JSON.parse(json) as Alert);
      const occurrences = alerts.reduce((total, { occurrenceCount }) => total + occurrenceCount, 0);
      if (allRemembered) expect(sum('occurrences')).to.equal(occurrences);
      else expect(sum('occurrences')).to.be.at.least(occurrences);
    });
  });

  it('a message counts once and a dead letter is kept once, however often they are read or replayed', () => {
    forAnyHistory(
      ({ log }, reload) => {
        const ledger = foldLog(log, { cutAfter: () => true, reload });
        const { counters } = (JSON.parse(ledger.shard) as ShardRecord).totals;
        const letters = [...ledger.deadLetters.values()].map((json) => JSON.parse(json) as DeadLetter);
        const { messages, unread } = alertsOf(log);
        expect(counters['alerts_received']?.['topic\u0000firing'] ?? 0).to.equal(messages.size);
        expect(letters.map(({ id }) => id).sort()).to.deep.equal([...unread].sort());
        expect(counters['dead_letters']?.['topic\u0000not-json'] ?? 0).to.equal(letters.length);
        const replays = log
          .flatMap(({ entries }) => entries)
          .filter((entry) => entry.kind === 'command' && entry.command.name === 'replay-dead-letter');
        const replayed = letters.filter(({ replayedAt }) => replayedAt !== null).length;
        const received = counters['alerts_received']?.['replayed\u0000firing'] ?? 0;
        // A day later the engine may have forgotten the first time; who asks has seen the letter itself by then.
        expect(received).to.be.within(replayed, replays.length);
        if ((log.at(-1)?.at ?? 0) - (log[0]?.at ?? 0) < 24 * hour) expect(received).to.equal(replayed);
      },
      { also: fc.boolean() },
    );
  });

  it('every clock that was met is counted, and none twice', () => {
    forAnyHistory(({ ledger }) => {
      const counted = (JSON.parse(ledger.shard) as ShardRecord).totals.counters['sla_met'] ?? {};
      const incidents = [...ledger.incidents.values()].map((json) => JSON.parse(json) as Incident);
      for (const clock of slaClockNames) {
        const total = Object.entries(counted).reduce(
          (sum, [key, count]) => (key.endsWith(`\u0000${clock}`) ? sum + count : sum),
          0,
        );
        const met = incidents.filter(
          ({ sla, reopenCount }) => sla[clock]?.state === 'met' && reopenCount === 0,
        );
        expect(total).to.be.within(met.length, incidents.length);
      }
    });
  });

  it('the census that is kept up is that of every document counted, for the old owner and for a new one', () => {
    forAnyHistory(({ log }) => {
      const ledger = emptyLedger();
      const engine = createEngine({ shard: 0, image: imageOf(ledger, 0), ruleSet });
      for (const record of log) {
        engine.apply(record);
        writeCut(ledger, engine.cut());
        const image = imageOf(ledger, record.position);
        expect(inOrder(engine.census())).to.deep.equal(countCensus(image));
        const loaded = createEngine({ shard: 0, image, ruleSet });
        expect(inOrder(loaded.census())).to.deep.equal(countCensus(image));
      }
    });
  });

  it('an incident never leaves its lifecycle table', () => {
    const causes: Partial<Record<TimelineEvent['type'], keyof typeof lifecycle>> = {
      acknowledged: 'acknowledge',
      started: 'start',
      held: 'hold',
      resumed: 'resume',
      resolved: 'resolve',
      reopened: 'reopen',
      closed: 'close',
      merged: 'merge',
      restored: 'reopen',
    };
    forAnyHistory(({ ledger }) => {
      const states = new Map<string, { state: IncidentState; acknowledged: boolean }>();
      for (const json of ledger.timeline) {
        const event = JSON.parse(json) as TimelineEvent;
        const command = causes[event.type];
        const now = states.get(event.incident) ?? { state: 'new', acknowledged: false };
        if (command === undefined) {
          states.set(event.incident, now);
          continue;
        }
        const from = event.type === 'restored' ? ['closed'] : lifecycle[command].from;
        expect(from, `${event.incident} ${command} from ${now.state}`).to.include(now.state);
        const to = lifecycle[command].to as IncidentState;
        const acknowledged = now.acknowledged || command === 'acknowledge' || command === 'start';
        states.set(event.incident, {
          state: command === 'reopen' && acknowledged ? 'acknowledged' : to,
          acknowledged,
        });
      }
      for (const [id, { state }] of states) {
        expect((JSON.parse(ledger.incidents.get(id) as string) as { state: string }).state).to.equal(state);
      }
    });
  });
});
