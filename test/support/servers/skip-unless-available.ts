import { ProgramUnavailable } from './debian-package.js';

/**
 * For a mocha `before`: starts what a suite needs. When a program can't be had on this machine the suite is skipped, and
 * says so loudly; with CI=true it fails instead, so that nobody takes a run without it for a whole one.
 */
export async function skipUnlessAvailable<T>(suite: Mocha.Context, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof ProgramUnavailable) || process.env['CI'] === 'true') throw error;
    const title = suite.test?.parent?.fullTitle() ?? 'a suite';
    process.stderr.write(`\n*** SKIPPED: ${title}\n*** ${error.message}\n\n`);
    suite.skip();
  }
}
