import { expect } from 'chai';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { findWitness } from '../../../src/domain/rules/find-witness.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

function witness(one: unknown, other: unknown): string | null {
  return findWitness(compileMatcher(one, context).matcher, compileMatcher(other, context).matcher);
}

describe('an alert that two rules match', () => {
  const cases: readonly [one: unknown, other: unknown, expected: string | null][] = [
    [{ env: 'prod' }, { severity: ['warning', 'info'] }, 'env = prod and severity = warning'],
    [{ env: ['prod', 'dev'] }, { env: { not: 'prod' } }, 'env = dev'],
    [
      { 'labels.alertname': { prefix: 'Disk' } },
      { 'labels.alertname': { suffix: 'Full' }, env: { not: 'dev', orMissing: true } },
      'labels.alertname = DiskFull',
    ],
    [{ 'labels.pod': { glob: 'web-*' } }, { 'labels.pod': { exists: true } }, 'labels.pod = web-'],
    [
      { 'values.error_rate': { gte: 0.02 } },
      { 'values.error_rate': { lt: 0.5 } },
      'values.error_rate = 0.26',
    ],
    [{ title: { words: ['timeout'] } }, { title: { contains: 'time' } }, 'title = timeout'],
    [{ any: [{ env: 'prod' }, { env: 'dev' }] }, { env: 'dev' }, 'env = dev'],
    [{ severity: { gte: 'error' } }, ['region="lis"'], 'severity = critical and labels.region = lis'],
    [{ env: 'prod' }, { env: 'dev' }, null],
    [{ env: 'prod' }, { during: 'after-ten' }, 'env = prod'],
    [{ env: 'prod', during: 'after-ten' }, { notDuring: 'after-ten' }, null],
    [{ title: { regex: '[a-z]{3}-[0-9]+' } }, { env: 'prod' }, null],
  ];
  for (const [one, other, expected] of cases) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)}: ${expected ?? 'none can be made up'}`, () => {
      expect(witness(one, other)).to.equal(expected);
    });
  }
});
