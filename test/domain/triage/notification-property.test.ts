import { expect } from 'chai';
import type { TimelineEvent } from '../../../src/domain/incident/timeline-event.js';
import type { History } from '../../support/any-history.js';
import { drawHistories } from '../../support/draw-histories.js';

const forAnyHistory = drawHistories(150);

/** Every timeline that a history makes, by incident. */
function timelines({ ledger }: History): Map<string, TimelineEvent[]> {
  const byIncident = new Map<string, TimelineEvent[]>();
  for (const json of ledger.timeline) {
    const event = JSON.parse(json) as TimelineEvent;
    const others = byIncident.get(event.incident);
    if (others === undefined) byIncident.set(event.incident, [event]);
    else others.push(event);
  }
  return byIncident;
}

function forAnyTimeline(hold: (events: readonly TimelineEvent[]) => void): void {
  forAnyHistory((history) => {
    for (const events of timelines(history).values()) hold(events);
  });
}

const queued = (events: readonly TimelineEvent[]) =>
  events.filter(({ type }) => type === 'notification-queued');

describe('for any log, notifications', () => {
  it('have ids that are never used twice', () => {
    forAnyHistory((history) => {
      const all = [...timelines(history).values()].flatMap(queued);
      const ids = all.map(({ detail }) => detail['notification']);
      expect(new Set(ids).size).to.equal(ids.length);
    });
  });

  it('of steps, repeats and subscriptions do not come while an incident is on hold or over', () => {
    forAnyTimeline((events) => {
      let waits = false;
      for (const { type, reason, detail } of events) {
        if (['held', 'resolved', 'closed', 'merged'].includes(type)) waits = true;
        if (['resumed', 'reopened', 'restored'].includes(type)) waits = false;
        const ofRun = reason === 'repeat' || reason === 'information' || detail['step'] !== 0;
        if (type === 'notification-queued' && ofRun) expect(waits, JSON.stringify(detail)).to.equal(false);
      }
    });
  });

  it('of repeats come in order, after the last step, and no more of them than the policy has', () => {
    forAnyTimeline((events) => {
      const repeats = queued(events).filter(({ reason }) => reason === 'repeat');
      const byRun = new Map<string, number>();
      for (const { detail } of repeats) {
        const [, run = '', nth = ''] =
          /(run\d+)-step\d+-repeat(\d+)/.exec(detail['notification'] as string) ?? [];
        expect(Number(nth)).to.be.within((byRun.get(run) ?? 0) + 1, 4);
        byRun.set(run, Number(nth));
      }
    });
  });
});

describe('for any log, warnings about a clock', () => {
  /** What begins a clock anew, for one of them or for all. */
  const restarts: Partial<Record<TimelineEvent['type'], string>> = {
    updated: 'update',
    reopened: 'all',
    restored: 'update',
    'priority-changed': 'all',
  };

  it('come with growing shares, and none after its breach', () => {
    forAnyTimeline((events) => {
      const used = new Map<string, number>();
      for (const { type, detail } of events) {
        const again = restarts[type];
        if (again === 'all') used.clear();
        else if (again !== undefined) used.delete(again);
        if (type !== 'sla-warned' && type !== 'sla-breached') continue;
        const clock = detail['clock'] as string;
        const share = type === 'sla-warned' ? (detail['share'] as number) : 1;
        expect(share, clock).to.be.above(used.get(clock) ?? 0);
        used.set(clock, share);
      }
    });
  });

  it('do not come for what is done', () => {
    forAnyTimeline((events) => {
      const done = new Set<string>();
      for (const { type, detail } of events) {
        if (type === 'acknowledged' || type === 'started') done.add('acknowledge');
        if (type === 'mitigated') done.add('mitigate');
        if (type === 'resolved') for (const clock of ['update', 'mitigate', 'resolve']) done.add(clock);
        if (type === 'reopened') for (const clock of ['update', 'mitigate', 'resolve']) done.delete(clock);
        const about = type === 'sla-warned' || type === 'sla-breached';
        if (about) expect([...done], JSON.stringify(detail)).not.to.include(detail['clock']);
      }
    });
  });
});
