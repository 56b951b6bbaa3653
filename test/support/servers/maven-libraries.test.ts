import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProgramUnavailable } from './debian-package.js';
import { findMavenLibraries } from './maven-libraries.js';
import { makeTempDir, type TempDir } from './temp-dir.js';

const LIBRARIES = { name: 'tocsin-test-nothing-1', artifacts: ['test.tocsin:nothing:1'] };

describe('findMavenLibraries', () => {
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

  async function installed(name: string, script: string): Promise<void> {
    const program = join(dir.path, name);
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
  }

  async function failure(): Promise<string> {
    const failed = await findMavenLibraries(LIBRARIES).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(ProgramUnavailable);
    return (failed as Error).message;
  }

  it('says what to install when Java or Maven is missing', async () => {
    expect(await failure()).to.match(/^java .*default-jre-headless/);
    await installed('java', 'exit 0');
    expect(await failure()).to.match(/^mvn .*apt-get install maven/);
  });

  it('says what Maven said when nothing could be fetched', async () => {
    await installed('java', 'exit 0');
    await installed(
      'mvn',
      'if [ "$1" = --version ]; then exit 0; fi; echo "[ERROR] no such artifact"; exit 1',
    );
    expect(await failure())
      .to.contain('test.tocsin:nothing:1')
      .and.to.contain('[ERROR] no such artifact');
  });
});
