import { createBundleReader } from '../../src/adapters/files/bundle-reader.js';
import { createRuleTestReader } from '../../src/adapters/files/rule-test-reader.js';
import { runRuleTests, type RuleTestReport } from '../../src/app/run-rule-tests.js';

/** Runs the tests of a bundle on disk as `tocsin test` does, on a day of its own. */
export function runTestsOfBundle(directory: string): Promise<RuleTestReport> {
  return runRuleTests({
    rules: createBundleReader({ directory }),
    tests: createRuleTestReader({ directory }),
    clock: { now: () => Date.UTC(2026, 10, 23) },
    onProgress: () => Promise.resolve(),
  });
}
