import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { EventLog } from '../../../src/app/ports.js';
import type { TocsinError } from '../../../src/app/tocsin-error.js';
import { entry, numbersIn, readRecords, readToEnd } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { waitUntil } from '../../support/servers/wait-until.js';

/** Shorter than by default, so that the suite is. */
const TIMEOUT_MS = 2_500;
/** Longer than kafkajs tries a request, so that it has given it up when the broker gets to it. */
const HANG_MS = 9_000;
/** A busy machine may be late with what should take no time. */
const GRACE_MS = 1_000;

describe('the log while its broker fails', function () {
  this.timeout(60_000);
  let kafka: KafkaServer | undefined;
  let log: EventLog;
  let told: string[];

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => startKafka());
  });
  after(() => kafka?.stop());
  beforeEach(async () => {
    told = [];
    log = await openLog(kafka!, {
      prefix: newPrefix(),
      timeoutMs: TIMEOUT_MS,
      onFailure: (error) => told.push(error.code),
      onRecovery: () => told.push('recovered'),
    });
  });
  afterEach(() => log.close());

  /** Refused in time, in words for people, and worth another try. */
  async function refusal(appending: Promise<unknown>): Promise<number> {
    const began = Date.now();
    const refused = await rejectionOf(appending);
    expect(refused).to.include({ code: 'log-unavailable', retriable: true });
    expect(refused.message).to.match(
      /Shard 0 of the log can't be written now: .*(no connection|does not answer|closed)/,
    );
    return Date.now() - began;
  }

  async function recovered(): Promise<void> {
    await waitUntil(
      { what: 'the log to be writable', timeoutMs: 15_000, everyMs: 50 },
      () => log.unavailable() === null,
    );
  }

  it('refuses appends in time while the broker is down, then at once, and recovers alone', async () => {
    await log.append(0, [entry(1)]);
    const reading = readRecords(log, { records: 2 }).catch((error: unknown) => error as TocsinError);
    await kafka!.shutDown();
    expect(await refusal(log.append(0, [entry(100)]))).to.be.at.most(TIMEOUT_MS + GRACE_MS);
    expect(log.unavailable()).to.contain("can't be written now");
    expect(await refusal(log.append(0, [entry(101)]))).to.be.at.most(GRACE_MS);
    expect(told).to.deep.equal(['log-unavailable']);

    await kafka!.startAgain();
    await recovered();
    expect(told).to.deep.equal(['log-unavailable', 'recovered']);
    await log.append(0, [entry(2)]);
    expect(numbersIn(await readToEnd(log))).to.deep.equal([1, 2]);
    // Who read before goes on, or was told to read again.
    const outcome = await reading;
    if (outcome instanceof Error) expect(outcome).to.include({ code: 'log-unavailable', retriable: true });
    else expect(numbersIn(outcome)).to.deep.equal([1, 2]);
  });

  it('refuses appends in time while the broker hangs, and has what it took meanwhile once at most', async () => {
    await log.append(0, [entry(1)]);
    const began = Date.now();
    kafka!.freeze();
    try {
      const took = await Promise.all([100, 101].map((number) => refusal(log.append(0, [entry(number)]))));
      expect(Math.max(...took)).to.be.at.most(TIMEOUT_MS + GRACE_MS);
      await delay(began + HANG_MS - Date.now());
    } finally {
      kafka!.resume();
    }
    await recovered();
    // Sent under a number that the lost one had, this would be acknowledged and dropped.
    await log.append(0, [entry(2)]);
    await delay(500);
    const numbers = numbersIn(await readToEnd(log));
    expect(numbers.filter((number) => number < 100)).to.deep.equal([1, 2]);
    expect(new Set(numbers).size).to.equal(numbers.length);
  });

  for (const [how, end] of [
    ['restarts', () => kafka!.shutDown()],
    ['is killed and starts again', () => kafka!.kill()],
  ] as const) {
    it(`loses and doubles nothing when the broker ${how} under a stream of appends`, async () => {
      const answers = new Map<number, number>();
      const refused = new Set<number>();
      let next = 0;
      let stop = false;
      const sender = async (): Promise<void> => {
        while (!stop) {
          const number = next++;
          try {
            answers.set(number, (await log.append(0, [entry(number)])).position);
          } catch (error) {
            expect(error).to.include({ code: 'log-unavailable' });
            refused.add(number);
            await delay(20);
          }
        }
      };
      const senders = Promise.all(Array.from({ length: 8 }, sender));
      await delay(300);
      await end();
      await delay(200);
      await kafka!.startAgain();
      await recovered();
      const before = answers.size;
      await waitUntil(
        { what: 'more appends', timeoutMs: 10_000, everyMs: 20 },
        () => answers.size > before + 100,
      );
      stop = true;
      await senders;

      const records = await readToEnd(log);
      const numbers = numbersIn(records);
      expect(new Set(numbers).size, 'nothing is there twice').to.equal(numbers.length);
      const there = new Map(
        records.flatMap((record) => numbersIn([record]).map((it) => [it, record.position])),
      );
      for (const [number, position] of answers)
        expect(there.get(number), `append ${number}, of ${answers.size}`).to.equal(position);
      for (const number of there.keys())
        expect(answers.has(number) || refused.has(number), `entry ${number}`).to.equal(true);
    });
  }
});
