import { expect } from 'chai';
import { formatTestReport } from '../../../src/cli/format-test-report.js';
import type { RuleTestReport } from '../../../src/app/run-rule-tests.js';
import { inRepository } from '../../support/fixture-bundle.js';
import { runTestsOfBundle } from '../../support/run-tests-of-bundle.js';

describe('the tests of the default bundle', () => {
  const directory = inRepository('rules');
  let report: RuleTestReport;
  before(async () => {
    report = await runTestsOfBundle(directory);
  });

  it('are without a fault and pass', () => {
    expect(report.issues).to.deep.equal([]);
    const failed = report.results.filter(({ failures }) => failures.length > 0);
    const shown = formatTestReport(report, { color: false, directory, coverage: false });
    expect(failed.length, shown).to.equal(0);
    expect(report.results.length).to.be.above(100);
  });

  it('leave out no rule, service, group, route or policy', () => {
    expect(report.untouched.map(({ kind, ref }) => `${kind} ${ref.id}`)).to.deep.equal([]);
  });
});
