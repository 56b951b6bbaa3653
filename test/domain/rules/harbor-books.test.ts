import { expect } from 'chai';
import type { RuleTestReport } from '../../../src/app/run-rule-tests.js';
import { formatTestReport } from '../../../src/cli/format-test-report.js';
import { inRepository } from '../../support/fixture-bundle.js';
import { runTestsOfBundle } from '../../support/run-tests-of-bundle.js';

describe('the example bundle of the harbour bookshop', () => {
  const directory = inRepository('docs', 'examples', 'harbor-books');
  let report: RuleTestReport;
  before(async () => {
    report = await runTestsOfBundle(directory);
  });

  it('is without a finding, and does what its tests say', () => {
    expect(report.issues).to.deep.equal([]);
    const failed = report.results.filter(({ failures }) => failures.length > 0);
    expect(failed.length, formatTestReport(report, { color: false, directory, coverage: false })).to.equal(0);
    expect(report.results).to.have.length.above(10);
  });

  it('has tests for all of its rules but one in shadow, which acts on nothing, and a route that waits for rules', () => {
    expect(report.untouched.map(({ kind, ref }) => `${kind} ${ref.id}`)).to.deep.equal([
      'classify new-bucketing-trial',
      'route security',
      'policy security',
    ]);
  });
});
