import { once } from 'node:events';
import { openDataDirectory } from '../../../src/adapters/sqlite/data-directory.js';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { entry } from '../../contract/log-samples.js';
import { generation, positionOf } from '../../support/generations.js';

/**
 * The process that kill.test.ts kills: takes the directory, goes on from what is there, appends entries and writes commits
 * side by side, and prints what was acknowledged: `ready`, `appended N`, `committed N`. The first entry is argument two.
 */
const [directory, first] = process.argv.slice(2);
if (directory === undefined || first === undefined) throw new Error('Which directory, and which entry?');
await openDataDirectory({ directory });
const log = await openSqliteLog({ directory, clock: systemClock });
const store = await openSqliteStore({ directory });
const { commit } = await store.open(0);
const say = async (line: string): Promise<void> => {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
};
await say('ready');

let next = Number(first);
const append = async (): Promise<never> => {
  for (;;) {
    const number = next++;
    await log.append(0, [entry(number)]);
    await say(`appended ${number}`);
  }
};
const write = async (): Promise<never> => {
  for (let number = commit + 1; ; number += 1) {
    await store.stage({ shard: 0, number, position: positionOf(number), changes: generation(number) })();
    await say(`committed ${number}`);
  }
};
await Promise.all([append(), append(), append(), append(), write()]);
