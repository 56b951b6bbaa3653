import { expect } from 'chai';
import fc from 'fast-check';
import { createChangeFeed, cursorOf } from '../../src/app/change-feed.js';
import { noticeOf, type ChangeNotice } from '../../src/app/change-notice.js';
import { sampleAlert, sampleEvent, sampleIncident, sampleSilence } from '../support/sample-documents.js';
import { alertChange, sampleNotice } from '../support/sample-notice.js';

const opened = { number: 7, position: 70, at: 0, rules: 'sample' };
const none = (number: number): ChangeNotice => sampleNotice({ number, incidents: [] });

describe('the notice of a commit', () => {
  const shard = { at: 5, rules: 'hash' } as never;

  it('says how incidents, alerts and silences are, and what happened to which incident', () => {
    const incident = sampleIncident({ id: 'INC-1', state: 'acknowledged', assignee: 'ada' });
    const notice = noticeOf(
      { number: 3, position: 9 },
      {
        shard,
        incidents: [incident, sampleIncident({ id: 'INC-2' })],
        alerts: [sampleAlert({ suppressedBy: [{ kind: 'silence', id: 's', reason: 'r' }] })],
        silences: [sampleSilence({ id: 's', state: 'active' })],
        timeline: [
          sampleEvent({ incident: 'INC-1', type: 'acknowledged' }),
          sampleEvent({ incident: 'INC-1', type: 'alert-joined' }),
          sampleEvent({ incident: 'INC-1', type: 'alert-joined' }),
          sampleEvent({ incident: 'INC-9', type: 'noted' }),
        ],
      },
    );
    expect(notice).to.deep.include({ number: 3, position: 9, at: 5, rules: 'hash' });
    expect(notice.incidents.map(({ id }) => id)).to.deep.equal(['INC-1', 'INC-2']);
    expect(notice.incidents[0]).to.include({ state: 'acknowledged', assignee: 'ada' });
    expect(notice.timelines).to.deep.equal([
      { incident: 'INC-1', events: ['acknowledged', 'alert-joined'] },
      { incident: 'INC-9', events: ['noted'] },
    ]);
    expect(notice.alerts[0]?.suppressed).to.equal(true);
    expect(notice.silences).to.deep.equal([{ id: 's', state: 'active' }]);
  });

  it('stays small: of many changes it counts the rest, and long texts are cut', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => at);
    const notice = noticeOf(
      { number: 1, position: 1 },
      {
        shard,
        incidents: many.map((at) => sampleIncident({ id: `INC-${at}`, title: 'x'.repeat(10_000) })),
        alerts: many.map((at) => sampleAlert({ fingerprint: String(at), title: 'y'.repeat(10_000) })),
        silences: many.map((at) => sampleSilence({ id: String(at) })),
        timeline: many.map((at) => sampleEvent({ incident: `INC-${at}` })),
      },
    );
    expect(notice.omitted).to.deep.equal({ incidents: 800, timelines: 800, alerts: 500, silences: 800 });
    expect(JSON.stringify(notice).length).to.be.below(512 * 1024);
  });

  it('keeps what it said when the engine goes on', () => {
    const alert = sampleAlert({ status: 'firing' });
    const changes = { shard, alerts: [alert], incidents: [], silences: [], timeline: [] };
    const notice = noticeOf({ number: 1, position: 1 }, changes);
    Object.assign(alert, { status: 'resolved' });
    expect(notice.alerts[0]?.status).to.equal('firing');
  });
});

describe('the feed of changes', () => {
  it('tells each commit that changes something to everybody who follows, until they stop', () => {
    const feed = createChangeFeed(opened);
    const heard: number[] = [];
    const begun = feed.follow(null, ({ number }) => heard.push(number));
    expect(begun).to.include({ kind: 'start', cursor: '7-70', rules: 'sample' });
    feed.publish(sampleNotice({ number: 8 }));
    feed.publish(none(9));
    feed.publish({ ...none(10), rules: 'other' });
    expect(heard).to.deep.equal([8, 10]);
    expect(feed.cursor()).to.equal('10-100');
    begun.stop();
    feed.publish(sampleNotice({ number: 11 }));
    expect(heard).to.deep.equal([8, 10]);
  });

  it('resumes from the last commit of the owner before', () => {
    const feed = createChangeFeed(opened);
    expect(feed.follow('7-70', () => undefined)).to.deep.include({ kind: 'resumed', missed: [] });
    feed.publish(sampleNotice({ number: 8 }));
    const { missed } = feed.follow('7-70', () => undefined);
    expect(missed.map(({ number }) => number)).to.deep.equal([8]);
  });

  it('begins anew for a cursor that it never gave, of another history or of the future', () => {
    const feed = createChangeFeed(opened);
    feed.publish(sampleNotice({ number: 8 }));
    for (const cursor of ['', 'x', '6-60', '8-81', '9-90', '7', '7-70 ', '__proto__'])
      expect(
        feed.follow(cursor, () => undefined),
        cursor,
      ).to.include({ kind: 'reset', cursor: '8-80' });
  });

  it('keeps a bounded past', () => {
    const feed = createChangeFeed(opened);
    for (let number = 8; number < 3_000; number += 1) feed.publish(sampleNotice({ number }));
    expect(feed.follow('7-70', () => undefined).kind).to.equal('reset');
    expect(feed.follow('2500-25000', () => undefined).missed).to.have.length(499);
    const alerts = Array.from({ length: 500 }, () => alertChange);
    for (let number = 3_000; number < 3_100; number += 1) feed.publish(sampleNotice({ number, alerts }));
    expect(feed.follow('3000-30000', () => undefined).kind).to.equal('reset');
    expect(feed.follow('3080-30800', () => undefined).missed).to.have.length(19);
  });

  it('misses nothing and repeats nothing, wherever a reader breaks off and comes back', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ changes: fc.boolean(), rules: fc.constantFrom('a', 'b'), breaks: fc.boolean() }),
          {
            maxLength: 60,
          },
        ),
        (steps) => {
          const feed = createChangeFeed({ ...opened, rules: 'a' });
          const whole: number[] = [];
          const heard: number[] = [];
          feed.follow(null, ({ number }) => whole.push(number));
          let last = '7-70';
          const follow = (): (() => void) => {
            const begun = feed.follow(last, hear);
            expect(begun.kind).to.equal('resumed');
            begun.missed.forEach(hear);
            return begun.stop;
          };
          const hear = (notice: ChangeNotice): void => {
            heard.push(notice.number);
            last = cursorOf(notice);
          };
          let stop: (() => void) | null = follow();
          for (const [at, { changes, rules, breaks }] of steps.entries()) {
            if (breaks) {
              stop?.();
              stop = stop === null ? follow() : null;
            }
            feed.publish({ ...(changes ? sampleNotice({ number: at + 8 }) : none(at + 8)), rules });
          }
          stop?.();
          follow();
          expect(heard).to.deep.equal(whole);
        },
      ),
    );
  });
});
