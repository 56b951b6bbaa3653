import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { numbersIn, readToEnd } from '../../contract/log-samples.js';
import { seededRandom } from '../../support/seeded-random.js';
import { createSettableClock } from '../../support/settable-clock.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { expectWholeCommit } from '../../support/generations.js';

const ROUNDS = 20;
const script = fileURLToPath(new URL('./write-until-killed.js', import.meta.url));

interface Acknowledged {
  readonly appended: readonly number[];
  /** Number of the last commit; 0 = none. */
  readonly committed: number;
}

describe('a process that is killed while it writes log and store on SQLite', () => {
  it('loses nothing that it acknowledged and leaves no commit in part, again and again', async () => {
    const directory = await makeTempDir('kill');
    const random = seededRandom(7);
    const all: number[] = [];
    let committed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const lifeMs = random.between(20, 170);
      const said = await runUntilKilled({ directory: directory.path, first: round * 1_000_000, lifeMs });
      all.push(...said.appended);
      committed = await expectNothingLost(directory.path, all, Math.max(committed, said.committed));
    }
    expect(all.length).to.be.greaterThan(ROUNDS);
    expect(committed).to.be.greaterThan(ROUNDS / 2);
    await directory.remove();
  }).timeout(180_000);
});

async function runUntilKilled(run: {
  directory: string;
  first: number;
  lifeMs: number;
}): Promise<Acknowledged> {
  const child = spawn(process.execPath, [script, run.directory, String(run.first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const appended: number[] = [];
  let committed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, number] = line.split(' ');
    if (what === 'ready') void delay(run.lifeMs).then(() => child.kill('SIGKILL'));
    if (what === 'appended') appended.push(Number(number));
    if (what === 'committed') committed = Number(number);
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal, 'how the process ended').to.equal('SIGKILL');
  return { appended, committed };
}

/** Returns the number of the commit that is there. */
async function expectNothingLost(
  directory: string,
  appended: readonly number[],
  committed: number,
): Promise<number> {
  const log = await openSqliteLog({ directory, clock: createSettableClock() });
  const found = numbersIn(await readToEnd(log));
  await log.close();
  expect(new Set(found).size, 'entries that are there twice').to.equal(found.length);
  const there = new Set(found);
  expect(appended.filter((number) => !there.has(number))).to.deep.equal([]);

  const store = await openSqliteStore({ directory });
  const number = await expectWholeCommit(store, committed);
  await store.close();
  return number;
}
