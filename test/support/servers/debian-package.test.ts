import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { findProgram, ProgramUnavailable } from './debian-package.js';
import { skipUnlessAvailable } from './skip-unless-available.js';
import { makeTempDir, type TempDir } from './temp-dir.js';

const SERVER = { command: 'tocsin-test-server', packages: ['tocsin-test-server'] };

describe('findProgram', () => {
  const { PATH } = process.env;
  let dir: TempDir;

  beforeEach(async () => {
    dir = await makeTempDir('path');
    process.env['PATH'] = dir.path;
  });

  afterEach(async () => {
    process.env['PATH'] = PATH;
    await dir.remove();
  });

  it('takes an installed program', async () => {
    const program = join(dir.path, SERVER.command);
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    expect((await findProgram(SERVER)).path).to.equal(program);
  });

  it('says what to do when there is no way to get it', async () => {
    const failed = await findProgram(SERVER).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(ProgramUnavailable);
    expect((failed as Error).message).to.match(/apt-get.*Install it \(apt-get install tocsin-test-server\)/);
  });
});

describe('skipUnlessAvailable', () => {
  const { CI } = process.env;
  const unavailable = (): Promise<never> => Promise.reject(new ProgramUnavailable('no such server'));
  const suite = {
    skip: () => {
      throw new Error('skipped');
    },
  } as unknown as Mocha.Context;

  afterEach(() => {
    if (CI === undefined) delete process.env['CI'];
    else process.env['CI'] = CI;
  });

  it('hands back what was started', async () => {
    expect(await skipUnlessAvailable(suite, () => Promise.resolve('started'))).to.equal('started');
  });

  it('skips the suite when a program is not to be had', async () => {
    delete process.env['CI'];
    expect(await failureOf(unavailable)).to.equal('skipped');
  });

  it('fails with CI=true, so that no run passes for a whole one', async () => {
    process.env['CI'] = 'true';
    expect(await failureOf(unavailable)).to.equal('no such server');
  });

  it('hides no other failure behind a skip', async () => {
    delete process.env['CI'];
    expect(await failureOf(() => Promise.reject(new Error('port taken')))).to.equal('port taken');
  });

  function failureOf(start: () => Promise<never>): Promise<string> {
    return skipUnlessAvailable(suite, start).then(
      () => 'none',
      (error: unknown) => (error as Error).message,
    );
  }
});
