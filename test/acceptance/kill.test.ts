import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AcceptanceBundle, writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { seededRandom } from '../support/seeded-random.js';
import { getJson, sendJson } from '../support/send-json.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { expectRefoldEquals } from '../support/stored-documents.js';
import { spawnTocsin, startTocsin } from '../support/tocsin-process.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { checkBatches, checkIncidents, checkRepeats } from './kill/check-alerts.js';
import { checkClocks, checkNotifications } from './kill/check-clocks.js';
import { checkCommands } from './kill/check-people.js';
import { createLedger } from './kill/ledger.js';
import { reloadRules } from './kill/reload-rules.js';
import type { Round } from './kill/round.js';
import { sendBatches, sendRepeats } from './kill/send-alerts.js';
import { sendAgain, sendCommands, sendSilences } from './kill/send-commands.js';
import { readWholeState, type WholeState } from '../support/whole-state.js';

const rounds = 50;
/** Kills before the service is ready, spread between the rounds. */
const stillbornEvery = 8;
/** Another seed: TOCSIN_TEST_SEED. The one in use is printed. */
const seed = Number(process.env['TOCSIN_TEST_SEED'] ?? Date.now() % 1_000_000);
/** Later than the last step of the policy, its repeat and the acknowledge target. */
const allClocksMs = 4_000;

describe('killed again and again under load', function () {
  this.timeout(900_000);
  const random = seededRandom(seed);
  const ledger = createLedger();
  let work: TempDir;
  let receiver: WebhookReceiver;
  let bundle: AcceptanceBundle;
  let state: WholeState;

  before(async () => {
    process.stdout.write(`    seed ${seed}\n`);
    work = await makeTempDir('kill');
    receiver = await startWebhookReceiver();
    const labels = ['request', 'quiet', 'series'];
    bundle = { labels, groupBy: ['group'], webhookUrl: receiver.url, talkative: true };
    await writeAcceptanceBundle(rulesDir(), bundle);
    for (let number = 1; number <= rounds; number += 1) {
      await runRound(number);
      if (number % stillbornEvery === 0) await killWhileStarting();
    }
    state = await finish();
  });

  after(async () => {
    await receiver.stop();
    await work.remove();
  });

  const rulesDir = (): string => join(work.path, 'rules');
  const dataDir = (): string => join(work.path, 'data');
  const makeRound = (number: number, url: string): Round => ({
    number,
    url,
    rulesDir: rulesDir(),
    random,
    ledger,
    dying: false,
  });

  async function runRound(number: number): Promise<void> {
    const tocsin = await startTocsin({ dataDir: dataDir(), rulesDir: rulesDir() });
    const round = makeRound(number, tocsin.url);
    const clients = Promise.all([
      sendUnansweredAgain(round),
      sendBatches(round, 1),
      sendBatches(round, 2),
      sendRepeats(round, 10),
      sendCommands(round),
      sendSilences(round),
      reloadRules(round, bundle),
    ]);
    // Short lives more often than long ones; a client that fails ends the round at once.
    await Promise.race([delay(300 + 1_700 * random.next() ** 3), clients]);
    round.dying = true;
    await tocsin.kill();
    await clients;
  }

  /** All that is unknown, and one that was answered long ago. */
  async function sendUnansweredAgain(round: Round): Promise<void> {
    const unanswered = ledger.commands.filter(({ fate }) => fate === 'unknown');
    const answered = ledger.commands.filter(({ fate }) => fate === 'acknowledged');
    const again = answered.length === 0 ? unanswered : [...unanswered, random.pick(answered)];
    for (const command of again) await sendAgain(round, command);
  }

  async function killWhileStarting(): Promise<void> {
    const child = await spawnTocsin({ dataDir: dataDir(), rulesDir: rulesDir() });
    await delay(random.between(50, 900));
    await child.kill();
  }

  /** The last life: everything unanswered is sent again, every clock runs out, every notification goes out. */
  async function finish(): Promise<WholeState> {
    const tocsin = await startTocsin({ dataDir: dataDir(), rulesDir: rulesDir() });
    try {
      await sendUnansweredAgain(makeRound(rounds + 1, tocsin.url));
      await delay(allClocksMs);
      await settled(tocsin.url);
      const reload = await sendJson<{ revision: string }>(`${tocsin.url}/api/v1/rules/reload`);
      expect(reload.status).to.equal(200);
      const rules = await getJson<{ revision: string }>(`${tocsin.url}/api/v1/rules`);
      expect(rules.revision).to.equal(reload.body.revision);
      ledger.revisions.set(
        ledger.edition,
        (ledger.revisions.get(ledger.edition) ?? new Set()).add(rules.revision),
      );
      return await readWholeState(tocsin.url);
    } finally {
      expect(await tocsin.stop()).to.deep.equal({ code: 0 });
    }
  }

  it('has had load enough to mean something', () => {
    expect(ledger.batches.filter(({ fate }) => fate === 'acknowledged').length).to.be.above(rounds * 5);
    expect(ledger.batches.some(({ fate }) => fate === 'unknown')).to.equal(true);
    expect(ledger.commands.length).to.be.above(rounds);
    expect(state.silences.length).to.be.above(rounds / 2);
    expect(receiver.received.length).to.be.above(rounds);
  });

  it('keeps every acknowledged request whole, and of an unanswered one all or nothing', () => {
    checkBatches(ledger, state);
  });

  it('counts every message of a repeated series once', () => {
    checkRepeats(ledger, state);
  });

  it('opens one incident for each group and none for muted alerts, with counts that add up', () => {
    checkIncidents(ledger, state);
  });

  it('does once what a command asks, however often it is sent under its key', () => {
    checkCommands(ledger, state);
  });

  it('lets clocks run on: due times stand, breaches and escalation steps come once', () => {
    checkClocks(ledger, state);
  });

  it('loses no notification, and repeats one only under its key', () => {
    checkNotifications(state, receiver.received);
  });

  it('judges by the rules that the last reload named, one revision for one bundle', () => {
    for (const [edition, revisions] of ledger.revisions) {
      expect(revisions.size, `revisions of edition ${edition}: ${[...revisions].join(', ')}`).to.equal(1);
    }
    expect(ledger.revisions.size).to.be.above(1);
  });

  it('has the state that its log gives when it is folded from the start without any kill', async () => {
    await expectRefoldEquals(dataDir());
  });
});
