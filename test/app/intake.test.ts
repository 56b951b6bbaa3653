import { expect } from 'chai';
import fc from 'fast-check';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { type Accepted, createIntake, type Intake } from '../../src/app/intake.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import { TocsinError } from '../../src/app/tocsin-error.js';
import { alertmanagerV2 } from '../../src/domain/sources/alertmanager-v2.js';
import { native } from '../../src/domain/sources/native.js';
import { webhookSources } from '../../src/domain/sources/registry.js';
import type { Source } from '../../src/domain/sources/source.js';
import { createRecordingLog, type RecordingLog } from '../support/recording-log.js';
import { unspread } from '../support/unspread.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const check = createCheckBody();
const facts = { bytes: 100, wellFormed: true };
const sources: readonly Source[] = [alertmanagerV2, native, ...webhookSources.values()];

describe('intake', () => {
  let log: RecordingLog;
  let events: TelemetryEvent[];
  let intake: Intake;

  beforeEach(() => {
    log = createRecordingLog();
    events = [];
    intake = createIntake({
      shards: unspread(log),
      check,
      clock: createVirtualClock(),
      emit: (event) => events.push(event),
      maxPendingBytes: 250,
    });
  });

  const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );

  it('appends what it takes as one entry and says what that was', async () => {
    const accepted = await intake.accept(
      native,
      [{ labels: { alertname: 'test1' } }, { labels: { a: '' } }],
      facts,
    );
    expect(accepted).to.deep.equal({
      kind: 'accepted',
      accepted: 1,
      ignored: 0,
      fingerprints: ['5ae90ff6f82ebe6b'],
      rejected: [{ pointer: '/1/labels', message: 'at least one label pair required' }],
    });
    expect(log.entries).to.have.length(1);
    expect(events).to.deep.equal([
      { kind: 'alerts-rejected', source: 'api', reason: 'invalid-alert', count: 1 },
    ]);
  });

  it('takes nothing of a body that the schema or the format refuses', async () => {
    const shape = await intake.accept(native, { labels: { a: 1 } }, facts);
    expect(shape).to.have.nested.property('problems[0].pointer', '/labels/a');
    const time = await intake.accept(
      alertmanagerV2,
      [{ labels: { a: 'b' } }, { labels: { a: 'b' }, startsAt: 'x' }],
      facts,
    );
    expect(time).to.have.nested.property('problems[0].pointer', '/1/startsAt');
    expect(log.entries).to.deep.equal([]);
    expect(events.map((event) => event.kind === 'alerts-rejected' && event.reason)).to.deep.equal([
      'invalid-body',
      'invalid-body',
    ]);
  });

  it('appends nothing where there is no alert', async () => {
    await intake.accept(native, [], facts);
    await intake.accept(alertmanagerV2, [{ labels: {} }], facts);
    expect(log.entries).to.deep.equal([]);
  });

  it('resolves only after the append, and refuses what would wait beyond the bound', async () => {
    const release = log.hold();
    let done = 0;
    const send = (): Promise<Accepted> => intake.accept(native, { labels: { a: 'b' } }, facts);
    const waiting = [send(), send()].map((one) => one.then(() => done++));
    const refusal = await failureOf(send());
    expect(refusal).to.be.instanceOf(TocsinError).and.include({ code: 'overloaded', retriable: true });
    expect(done).to.equal(0);
    release();
    await Promise.all(waiting);
    expect((await send()).kind).to.equal('accepted');
    expect(log.entries).to.have.length(3);
  });

  it('passes on why the log refuses, and takes alerts again when it no longer does', async () => {
    const full = new TocsinError('The disk is full', { code: 'log-unavailable', retriable: true });
    log.failWith(full);
    for (let i = 0; i < 5; i++)
      expect(await failureOf(intake.accept(native, { labels: { a: 'b' } }, facts))).to.equal(full);
    log.failWith(null);
    expect((await intake.accept(native, { labels: { a: 'b' } }, facts)).kind).to.equal('accepted');
  });

  it('either refuses or maps any JSON whatever, and what it maps survives the log', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '__proto__', '2026-11-22T10:00:00Z'),
    );
    const pairs = fc.dictionary(
      text,
      fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() }),
    );
    const alert = fc.record(
      {
        labels: pairs,
        annotations: fc.option(pairs),
        status: fc.constantFrom('firing', 'resolved'),
        startsAt: fc.option(text),
        endsAt: text,
        generatorURL: fc.option(text),
      },
      { requiredKeys: ['labels'] },
    );
    const body = fc.oneof(
      fc.jsonValue(),
      alert,
      fc.array(alert),
      fc.record({
        status: fc.constantFrom('firing', 'resolved'),
        alerts: fc.array(alert),
        groupKey: fc.jsonValue(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sources), body, async (source, made) => {
        log.clear();
        const parsed = JSON.parse(JSON.stringify(made)) as unknown;
        const result = await intake.accept(source, parsed, { bytes: 1, wellFormed: false });
        if (result.kind === 'invalid') expect(result.problems).to.not.deep.equal([]);
        else expect(log.alerts()).to.have.length(result.accepted);
        expect(JSON.parse(JSON.stringify(log.entries))).to.deep.equal(log.entries);
      }),
      { numRuns: 1000 },
    );
  });
});
