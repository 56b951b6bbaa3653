import { setTimeout as delay } from 'node:timers/promises';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { inRepository } from '../support/fixture-bundle.js';
import { mainModule, runTocsin, type Ended } from '../support/run-tocsin.js';
import { startChild } from '../support/servers/child.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';

const text = (priority: string): string => `apiVersion: tocsin/v1
kind: RuleTest
title: Disks
start: 2026-11-23T10:00:00
tests:
  - name: a full disk is a ${priority} <for the shop>
    alerts: [{ at: 0s, severity: critical, env: prod, labels: { alertname: DiskFull, service: shop } }]
    expect: [{ at: 1m, incidents: { count: 1, has: [{ priority: ${priority} }] } }]
`;

describe('tocsin test', function () {
  this.timeout(60_000);
  let work: TempDir;
  let bundle: string;
  const write = (content: string): Promise<void> =>
    writeFile(join(bundle, 'tests', 'disk.test.yaml'), content);
  const run = (...args: readonly string[]): Promise<Ended> => runTocsin(['test', bundle, ...args]);

  beforeEach(async () => {
    work = await makeTempDir('rule-tests');
    bundle = join(work.path, 'rules');
    await cp(inRepository('test', 'fixtures', 'bundles', 'minimal'), bundle, { recursive: true });
  });
  afterEach(() => work.remove());

  it('fails where there is no test: exit 1', async () => {
    const { code, stdout } = await run();
    expect(code).to.equal(1);
    expect(stdout).to.match(/^No test was run\. 0 passed, 0 failed/);
  });

  describe('beside a bundle with a test', () => {
    beforeEach(() => mkdir(join(bundle, 'tests')));

    it('passes: exit 0, and changes nothing of what serves: the revision is that of the rules alone', async () => {
      const before = await runTocsin(['lint', '--json', bundle]);
      await write(text('P3'));
      const { code, stdout, stderr } = await run();
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const { revision } = JSON.parse(before.stdout) as { revision: string };
      expect(stdout).to.match(/^1 passed, 0 failed; rules without a test: \d+, revision/);
      expect(stdout).to.include(revision);
    });

    it('fails: exit 1, with file and line of the expectation, expected and actual', async () => {
      await write(text('P1'));
      const { code, stdout } = await run();
      expect(code).to.equal(1);
      expect(stdout).to.include('✗ Disks: a full disk is a P1').and.to.include('0 passed, 1 failed');
      expect(stdout).to.match(/tests\/disk\.test\.yaml:8:\d+ {2}at 1m, 2026-11-23T10:01:00\.000Z/);
      expect(stdout).to.include('priority: expected P1, actual P3');
    });

    it('prints JSON, writes JUnit, and lists what has no test', async () => {
      await write(text('P1'));
      const junit = join(work.path, 'report.xml');
      const { stdout } = await run('--json', '--junit', junit);
      const report = JSON.parse(stdout) as {
        failed: number;
        tests: readonly { failures: readonly object[] }[];
      };
      expect(report.failed).to.equal(1);
      expect(report.tests[0]?.failures[0]).to.include({ line: 8, when: '1m', file: 'tests/disk.test.yaml' });
      const xml = await readFile(junit, 'utf8');
      expect(xml).to.include('<testsuite name="tests/disk.test.yaml" tests="1" failures="1" errors="0"');
      expect(xml).to.include('name="a full disk is a P1 &lt;for the shop&gt;"');
      const { stdout: covered } = await run('--coverage');
      expect(covered).to.match(/^ {2}classify rest {2}triage\.yaml:\d+$/m);
    });

    it('runs nothing by a filter that lets nothing through: exit 1', async () => {
      await write(text('P3'));
      const { code, stdout } = await run('--filter', 'elsewhere');
      expect(code).to.equal(1);
      expect(stdout).to.include('No test was run').and.to.include('1 left out');
    });

    it('says with a code frame what is wrong with a test: exit 1', async () => {
      await write(text('P3').replace('count: 1', 'cuont: 1'));
      const junit = join(work.path, 'report.xml');
      const { code, stdout } = await run('--junit', junit);
      expect(code).to.equal(1);
      expect(stdout)
        .to.include('tests/disk.test.yaml:8')
        .and.to.include('"count"')
        .and.to.include('No test was run.');
      expect(await readFile(junit, 'utf8')).to.include('errors="1"');
    });

    it('runs again with --watch when a rule or a test changes', async () => {
      await write(text('P1'));
      const child = await startChild({
        command: process.execPath,
        args: [mainModule, 'test', bundle, '--watch'],
      });
      const times = (word: string): number => child.output().split(word).length - 1;
      const printed = (word: string, count: number): Promise<true> =>
        waitUntil({ what: `${count} times "${word}"`, timeoutMs: 20_000 }, () =>
          Promise.resolve(times(word) >= count ? (true as const) : null),
        );
      await printed('waiting for a change', 1);
      await delay(600);
      expect(times('waiting for a change'), 'runs though nothing has changed').to.equal(1);
      await write(text('P3'));
      await printed('1 passed', 1);
      await printed('waiting for a change', 2);
      const routing = join(bundle, 'routing.yaml');
      await writeFile(routing, await readFile(routing, 'utf8'));
      await printed('1 passed', 2);
      await child.stop(5_000);
    });
  });
});
