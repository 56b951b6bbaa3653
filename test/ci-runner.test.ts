import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeTempDir, type TempDir } from './support/servers/temp-dir.js';

/** What the stand-in for npm does for one command: write these counts, end with this code. */
interface Outcome {
  readonly counts?: string;
  readonly code?: number;
}

type Outcomes = Partial<Record<'ci' | 'test' | 'format' | 'lint' | 'typecheck' | 'test:servers', Outcome>>;

const GREEN: Outcomes = {
  test: { counts: '{"passed":10,"failed":0,"skipped":1}' },
  'test:servers': { counts: '{"passed":3,"failed":0,"skipped":0}' },
};

describe('.ci/run', function () {
  this.timeout(60_000);
  let dir: TempDir;

  beforeEach(async () => {
    dir = await makeTempDir('ci');
    await mkdir(join(dir.path, '.ci'));
    await mkdir(join(dir.path, 'bin'));
    await cp('.ci/run', join(dir.path, '.ci/run'));
  });

  afterEach(() => dir.remove());

  it('sums the tests of all suites on its last line', async () => {
    expect(await ciRun(dir.path, GREEN)).to.deep.include({ code: 0, last: '13 passed, 0 failed, 1 skipped' });
  });

  it('fails when a test failed, and counts it once', async () => {
    const outcomes = { ...GREEN, test: { counts: '{"passed":9,"failed":2,"skipped":0}', code: 2 } };
    expect(await ciRun(dir.path, outcomes)).to.deep.include({
      code: 1,
      last: '12 passed, 2 failed, 0 skipped',
    });
  });

  it('counts a suite that broke off as failed', async () => {
    const crashed = await ciRun(dir.path, { ...GREEN, 'test:servers': { code: 134 } });
    expect(crashed).to.deep.include({ code: 1, last: '10 passed, 1 failed, 1 skipped' });
    expect(crashed.output).to.match(/FAILED +npm run test:servers .*broke off/);
  });

  it('counts a suite that ended badly without a failed test as failed', async () => {
    const outcomes = { ...GREEN, test: { counts: '{"passed":10,"failed":0,"skipped":0}', code: 7 } };
    expect(await ciRun(dir.path, outcomes)).to.deep.include({
      code: 1,
      last: '13 passed, 1 failed, 0 skipped',
    });
  });

  it('fails when no test ran', async () => {
    const outcomes = { ...GREEN, test: { counts: '{"passed":0,"failed":0,"skipped":0}' } };
    expect(await ciRun(dir.path, outcomes)).to.deep.include({
      code: 1,
      last: '3 passed, 1 failed, 0 skipped',
    });
  });

  for (const name of ['format', 'lint', 'typecheck'] as const) {
    it(`counts a failing ${name} as failed and says which step it was`, async () => {
      const run = await ciRun(dir.path, { ...GREEN, [name]: { code: 1 } });
      expect(run).to.deep.include({ code: 1, last: '13 passed, 1 failed, 1 skipped' });
      expect(failedSteps(run.output)).to.deep.equal([`npm run ${name}`]);
    });
  }

  it('stops when the dependencies do not install', async () => {
    expect(await ciRun(dir.path, { ...GREEN, ci: { code: 1 } })).to.deep.include({
      code: 1,
      last: '0 passed, 1 failed, 0 skipped',
    });
  });

  it('takes a skipped server test for a failure with CI=true only', async () => {
    const outcomes = { ...GREEN, 'test:servers': { counts: '{"passed":2,"failed":0,"skipped":1}' } };
    expect(await ciRun(dir.path, outcomes)).to.deep.include({
      code: 0,
      last: '12 passed, 0 failed, 2 skipped',
    });
    expect(await ciRun(dir.path, outcomes, { CI: 'true' })).to.deep.include({
      code: 1,
      last: '12 passed, 1 failed, 2 skipped',
    });
  });
});

/** Runs the copy of `.ci/run` in `root` with a stand-in for npm on its PATH. */
async function ciRun(root: string, outcomes: Outcomes, env: Record<string, string> = {}) {
  const npm = join(root, 'bin/npm');
  await writeFile(npm, standIn(outcomes));
  await chmod(npm, 0o755);
  return new Promise<{ code: number; last: string; output: string }>((resolve) => {
    const options = {
      env: { ...process.env, CI: '', PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, ...env },
    };
    execFile(join(root, '.ci/run'), options, (error, output) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, last: output.trimEnd().split('\n').at(-1)!, output });
    });
  });
}

/** A script that answers `npm ci`, `npm test` and `npm run NAME`. */
function standIn(outcomes: Outcomes): string {
  const cases = Object.entries(outcomes).map(([name, { counts, code }]) => {
    const write = counts === undefined ? '' : `echo '${counts}' >"$TEST_COUNTS"; `;
    return `  ${name}) ${write}exit ${code ?? 0} ;;`;
  });
  return ['#!/bin/sh', 'if [ "$1" = run ]; then shift; fi', 'case "$1" in', ...cases, 'esac', ''].join('\n');
}

function failedSteps(output: string): string[] {
  return [...output.matchAll(/^FAILED +(.+?) \(/gm)].map((match) => match[1]!);
}
