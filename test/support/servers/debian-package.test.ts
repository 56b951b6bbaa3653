import { expect } from 'chai';
import { findProgram, ProgramUnavailable } from './debian-package.js';
import { onlyThesePrograms } from './only-these-programs.js';
import { skipUnlessAvailable } from './skip-unless-available.js';

const SERVER = { command: 'tocsin-test-server', packages: ['tocsin-test-server'] };

describe('findProgram', () => {
  const programs = onlyThesePrograms();

  it('takes an installed program', async () => {
    const program = await programs.install(SERVER.command, 'exit 0');
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
