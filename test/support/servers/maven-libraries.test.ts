import { expect } from 'chai';
import { ProgramUnavailable } from './debian-package.js';
import { findMavenLibraries } from './maven-libraries.js';
import { onlyThesePrograms } from './only-these-programs.js';

const LIBRARIES = { name: 'tocsin-test-nothing-1', artifacts: ['test.tocsin:nothing:1'] };

describe('findMavenLibraries', () => {
  const programs = onlyThesePrograms();

  async function failure(): Promise<string> {
    const failed = await findMavenLibraries(LIBRARIES).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(ProgramUnavailable);
    return (failed as Error).message;
  }

  it('says what to install when Java or Maven is missing', async () => {
    expect(await failure()).to.match(/^java .*default-jre-headless/);
    await programs.install('java', 'exit 0');
    expect(await failure()).to.match(/^mvn .*apt-get install maven/);
  });

  it('says what Maven said when nothing could be fetched', async () => {
    await programs.install('java', 'exit 0');
    await programs.install(
      'mvn',
      'if [ "$1" = --version ]; then exit 0; fi; echo "[ERROR] no such artifact"; exit 1',
    );
    expect(await failure())
      .to.contain('test.tocsin:nothing:1')
      .and.to.contain('[ERROR] no such artifact');
  });
});
