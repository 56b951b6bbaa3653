import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createKafkaAssignment } from '../../../src/adapters/kafka/kafka-assignment.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { type Child, startChild } from '../../support/servers/child.js';
import { type Kafka, useKafka } from '../../support/servers/kafka.js';
import { newPrefix, openLog, removeTopic } from '../../support/servers/kafka-log-bench.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';
import { waitUntil } from '../../support/servers/wait-until.js';

const MEMBER = fileURLToPath(new URL('../../support/servers/assignment-member.js', import.meta.url));
const SHARDS = [0, 1, 2, 3, 4, 5];

/** How long shards may be without an owner; issue 5. */
const CLEAN_MS = 5_000;
const KILLED_MS = 15_000;

describe('shards of processes that stop, die and freeze', function () {
  this.timeout(90_000);
  let kafka: Kafka | undefined;
  let prefix: string;
  let members: Child[] = [];

  before(async function () {
    kafka = await skipUnlessAvailable(this, () => useKafka());
  });
  after(() => kafka?.stop());
  beforeEach(async () => {
    members = [];
    prefix = newPrefix();
    const log = await openLog(kafka!, { prefix, shards: SHARDS.length });
    await log.close();
  });
  afterEach(async () => {
    await Promise.all(members.map((member) => member.kill()));
    await removeTopic(kafka!, prefix);
  });

  async function join(): Promise<Child> {
    const member = await startChild({
      command: process.execPath,
      args: ['--enable-source-maps', MEMBER, kafka!.brokers.join(','), prefix],
    });
    members.push(member);
    return member;
  }

  /** Milliseconds until the members have all shards, each its even part. */
  async function divided(timeoutMs: number, ...among: readonly Child[]): Promise<number> {
    const began = Date.now();
    await waitUntil(
      { what: `${SHARDS.length} shards among ${among.length}`, timeoutMs, everyMs: 20 },
      (seen) => {
        const parts = among.map(shardsOf);
        seen(parts.map((part) => part.join(' ')).join(' | ') + among.map((each) => each.output()).join('\n'));
        const even = parts.every((part) => part.length === SHARDS.length / among.length);
        return (
          even &&
          parts
            .flat()
            .sort((a, b) => a - b)
            .join() === SHARDS.join()
        );
      },
    );
    return Date.now() - began;
  }

  it('are with the others within seconds, and stay where they are as far as that goes', async function () {
    const [first, frozen, killed] = [await join(), await join(), await join()];
    await divided(15_000, first, frozen, killed);
    const before = shardsOf(first);

    process.kill(frozen.pid, 'SIGSTOP');
    const died = killed.kill();
    const afterDeath = await divided(KILLED_MS, first);
    await died;
    expect(shardsOf(first)).to.include.members([...before]);

    process.kill(frozen.pid, 'SIGCONT');
    const afterWaking = await divided(KILLED_MS, first, frozen);

    await first.stop();
    const afterStop = await divided(CLEAN_MS, frozen);
    process.stdout.write(
      `      without an owner: ${afterDeath} ms after a kill and a freeze, ${afterStop} ms after a clean stop; ` +
        `${afterWaking} ms until one that woke up took part again\n`,
    );
  });

  it('go to each newcomer and from each that leaves, one after the other', async () => {
    const [first, second] = [await join(), await join()];
    await divided(15_000, first, second);
    const third = await join();
    await divided(CLEAN_MS + 2_000, first, second, third);
    await Promise.all([second.stop(), third.stop()]);
    await divided(CLEAN_MS, first);
  });

  it('all go to a member that wants every one, and back to the others when it leaves', async () => {
    const [first, second] = [await join(), await join()];
    await divided(15_000, first, second);
    const connection = { brokers: kafka!.brokers, tls: null, sasl: null };
    const copier = createKafkaAssignment({ connection, prefix, clock: systemClock, every: true });
    let owned: readonly number[] = [];
    try {
      await copier.start((shards) => {
        owned = [...shards];
      });
      await waitUntil({ what: 'every shard', timeoutMs: CLEAN_MS + 2_000, everyMs: 20 }, () => {
        return owned.length === SHARDS.length && shardsOf(first).length + shardsOf(second).length === 0;
      });
    } finally {
      await copier.close();
    }
    await divided(CLEAN_MS, first, second);
  });
});

/** What it was told last. */
function shardsOf(member: Child): readonly number[] {
  const lines = member
    .output()
    .split('\n')
    .filter((line) => line.startsWith('['));
  return JSON.parse(lines.at(-1) ?? '[]') as readonly number[];
}
