import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDataDirectory } from '../../src/adapters/sqlite/data-directory.js';
import { openSqliteLog } from '../../src/adapters/sqlite/sqlite-log.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { deadLetterId } from '../../src/domain/alert/dead-letter.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { runTocsin } from '../support/run-tocsin.js';
import { sendJson } from '../support/send-json.js';
import { freePort } from '../support/servers/free-port.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { settled } from '../support/settled.js';
import { expectRefoldEquals } from '../support/stored-documents.js';
import { sumOfMetric } from '../support/sum-of-metric.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

interface Letter {
  readonly id: string;
  readonly offset: number;
  readonly replayedBy: string | null;
}

/** The broken messages wait in the log, as intake would have put them there. */
const texts = ['{"name": "shop"}', '{"name": "stock"}', '{"name": '];

const intake = (source: string): string => `apiVersion: tocsin/v1
kind: Intake
topics: [{ id: builds, topics: [builds], format: json, source: ${source} }]
---
apiVersion: tocsin/v1
kind: Source
sources:
  - { id: ci, alert: { labels: { alertname: { value: BuildFailed }, job: name } } }
`;

describe('dead letters', function () {
  this.timeout(60_000);
  let work: TempDir;
  let dataDir: string;
  let rulesDir: string;
  let tocsin: TocsinProcess;

  const letters = async (query = ''): Promise<readonly Letter[]> =>
    (await sendJson<{ items: Letter[] }>(`${tocsin.url}/api/v1/dead-letters${query}`, { method: 'GET' })).body
      .items;
  const replay = (...args: string[]) => runTocsin(['replay', '--url', tocsin.url, ...args]);

  before(async () => {
    work = await makeTempDir('dead-letters');
    dataDir = join(work.path, 'data');
    rulesDir = join(work.path, 'rules');
    await writeAcceptanceBundle(rulesDir, { labels: ['job'], groupBy: [] });
    await appendToLog(dataDir, texts.map(unread));
    tocsin = await startTocsin({ dataDir, rulesDir });
    await settled(tocsin.url);
  });
  after(async () => {
    await tocsin.stop();
    await expectRefoldEquals(dataDir);
    await work.remove();
  });

  it('can be seen, and are counted by source and reason', async () => {
    expect((await letters()).map(({ offset }) => offset)).to.deep.equal([2, 1, 0]);
    expect(await letters('?source=mesh')).to.deep.equal([]);
    const page = await (await fetch(`${tocsin.url}/metrics`)).text();
    expect(sumOfMetric(page, 'tocsin_dead_letters_total')).to.equal(3);
    expect(page).to.include('tocsin_dead_letters_total{source="ci",reason="invalid-body"} 3');
  });

  it('are refused while no rule says what their topic holds: exit 1', async () => {
    const { code, stdout, stderr } = await replay('--topic', 'builds');
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout).to.include('builds:0:1:0  refused: The rules in force name no topic builds');
    expect(stdout).to.match(/3 dead letters, 3 refused\n$/);
  });

  it('are replayed once the rules are right, and those that are still wrong are kept', async () => {
    await writeFile(join(rulesDir, 'intake.yaml'), intake('ci'));
    expect((await sendJson(`${tocsin.url}/api/v1/rules/reload`)).status).to.equal(200);
    const dry = await replay('--source', 'ci', '--dry-run');
    expect(dry.stdout).to.include('builds:0:1:0  would be replayed, 1 alert\n');
    const { code, stdout } = await replay('--source', 'ci', '--json');
    expect(code).to.equal(1);
    const { items } = JSON.parse(stdout) as {
      items: readonly { id: string; result: string; reason: string }[];
    };
    expect(items.map(({ id, result, reason }) => [id, result, reason])).to.deep.equal([
      ['builds:0:1:0', 'replayed', null],
      ['builds:0:1:1', 'replayed', null],
      ['builds:0:1:2', 'refused', 'still-unreadable'],
    ]);
    expect((await letters('?replayed=false')).map(({ offset }) => offset)).to.deep.equal([2]);
    const { body } = await sendJson<{ items: { labels: object; source: string }[] }>(
      `${tocsin.url}/api/v1/alerts`,
      { method: 'GET' },
    );
    expect(body.items.map(({ labels }) => labels)).to.have.deep.members([
      { alertname: 'BuildFailed', job: 'shop' },
      { alertname: 'BuildFailed', job: 'stock' },
    ]);
  });

  it('that were replayed are replayed no second time: exit 0', async () => {
    const { code, stdout } = await replay('builds:0:1:0');
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: 'builds:0:1:0  already replayed\n1 dead letter, 0 refused\n',
    });
    const page = await (await fetch(`${tocsin.url}/metrics`)).text();
    expect(page).to.include('tocsin_alerts_received_total{source="ci",status="firing"} 2');
  });

  it('can not be asked for where no Tocsin serves: exit 3', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await runTocsin(['replay', 'x', '--url', url]);
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(stderr).to.include(`${url} can't be asked: nothing listens there`);
  });
});

function unread(text: string, offset: number): Entry {
  const origin = { topic: 'builds', partition: 0, incarnation: 1, offset, at: 1_000 };
  const read = { encoding: 'utf8', text, bytes: text.length, cut: false } as const;
  const why = { reason: 'invalid-body', detail: 'The key "labels" is missing.' } as const;
  return {
    kind: 'dead-letter',
    message: { id: deadLetterId(origin), source: 'ci', origin, ...why, ...read },
  };
}

async function appendToLog(directory: string, entries: readonly Entry[]): Promise<void> {
  const held = await openDataDirectory({ directory });
  const log = await openSqliteLog({ directory, clock: systemClock });
  await log.append(0, entries);
  await log.close();
  await held.release();
}
