import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Prints as mocha's `spec` does and, when the environment variable TEST_COUNTS names a file, writes the counts there as
 * JSON (TestCounts) once the run is over. No file means that the run broke off.
 */
class CountReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['TEST_COUNTS'];
    if (file === undefined || file === '') return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts: TestCounts = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(file, `${JSON.stringify(counts)}\n`);
    });
  }
}

// Mocha loads a reporter with require() and wants the class itself.
export { CountReporter as 'module.exports' };
