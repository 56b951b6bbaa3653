import { expect } from 'chai';
import type { FieldValue } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { sampleMatcherContext } from '../../support/sample-matcher-context.js';

function holds(raw: Readonly<Record<string, unknown>>, value: FieldValue): boolean {
  const { matcher, problems } = compileMatcher(raw, sampleMatcherContext);
  expect(problems).to.deep.equal([]);
  const [field] = Object.keys(raw);
  return matches(matcher, { read: (asked) => (formatField(asked) === field ? value : undefined) }, 0);
}

function problemOf(raw: unknown): Readonly<Record<string, unknown>> {
  const { problems } = compileMatcher(raw, sampleMatcherContext);
  expect(problems).to.have.length(1);
  return { ...problems[0] };
}

describe('a constant', () => {
  for (const [raw, inside, outside] of [
    [{ 'values.share': { gte: '2%' } }, 0.02, 0.019],
    [{ 'values.share': { gte: 0.02 } }, 0.02, 0.019],
    [{ 'values.share': { gt: '150 %' } }, 1.6, 1.5],
    [{ 'values.used': { gte: '90%' } }, 90, 0.9],
    [{ 'values.used': { gte: 90 } }, 90, 89],
    [{ 'values.latency': { gt: '300ms' } }, 0.35, 0.3],
    [{ 'values.latency': { lt: '1m30s' } }, 89, 90],
    [{ 'values.latency': { lt: 90 } }, 89, 90],
    [{ 'values.age': { gt: '1s' } }, 1_001, 2],
    [{ 'values.heap': { gte: '1GiB' } }, 1_024, 1_023],
    [{ 'values.heap': '512KiB' }, 0.5, 1],
    [{ 'labels.client': '::1' }, '0:0:0:0:0:0:0:1', '::2'],
    [{ 'labels.client': ['10.0.0.7', '2001:db8::7'] }, '2001:DB8:0::7', '10.0.0.70'],
    [{ 'labels.client': { not: '10.0.0.7' } }, '10.0.0.8', '10.0.0.7'],
    [{ 'labels.client': { cidr: '10.0.0.0/8' } }, '10.9.9.9', '11.0.0.1'],
    [{ 'labels.manual': true }, 'true', 'false'],
    [{ 'labels.manual': { not: 'true' } }, 'false', 'true'],
  ] as const) {
    it(`is compared in the unit of its field: ${JSON.stringify(raw)}`, () => {
      expect(holds(raw, inside), String(inside)).to.equal(true);
      expect(holds(raw, outside), String(outside)).to.equal(false);
    });
  }

  for (const [raw, pointer, hint] of [
    [{ 'values.share': { gt: 5 } }, '/values.share/gt', 'write 5% or 0.05'],
    [{ 'values.error_rate': { gt: '2%' } }, '/values.error_rate/gt', 'unit: ratio or unit: percent'],
    [{ 'values.latency': { gt: '2%' } }, '/values.latency/gt', '90s or 1h30m'],
    [{ 'labels.client': '10.0.0' }, '/labels.client', '10.0.0.7'],
    [{ 'labels.client': { prefix: '10.' } }, '/labels.client/prefix', 'cidr'],
    [{ 'labels.client': { gt: '10.0.0.1' } }, '/labels.client/gt', 'cidr'],
    [{ 'labels.manual': 'yes' }, '/labels.manual', 'true, false'],
    [{ 'labels.manual': { lt: 1 } }, '/labels.manual/lt', 'true or false'],
    [{ 'labels.manual': { contains: 'ru' } }, '/labels.manual/contains', 'true or false'],
  ] as const) {
    it(`of another type is a mismatch: ${JSON.stringify(raw)}`, () => {
      const problem = problemOf(raw);
      expect(problem).to.include({ code: 'type-mismatch', pointer });
      expect(problem['hint']).to.contain(hint);
    });
  }
});
