import { expect } from 'chai';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import type {
  Field,
  FieldValue,
  MatchSubject,
  Matcher,
  Predicate,
  Schedule,
  Test,
} from '../../../src/domain/alert/matcher.js';
import { matches, testHolds } from '../../../src/domain/alert/matches.js';

const region: Field = { kind: 'label', name: 'region' };

function subject(values: Readonly<Record<string, FieldValue>>): MatchSubject {
  return { read: (field) => ('name' in field ? values[field.name] : undefined) };
}

function predicate(test: Test, rest: Partial<Predicate> = {}): Predicate {
  return { kind: 'predicate', field: region, test, negate: false, whenMissing: false, ...rest };
}

describe('matches', () => {
  const lisbon = subject({ region: 'lis' });
  const equalsLis: Test = { op: 'equals', value: 'lis' };

  it('asks the test of a present field and turns the answer round when negated', () => {
    expect(matches(predicate(equalsLis), lisbon, 0)).to.equal(true);
    expect(matches(predicate(equalsLis, { negate: true }), lisbon, 0)).to.equal(false);
    expect(matches(predicate({ op: 'exists' }), lisbon, 0)).to.equal(true);
  });

  it('gives the declared verdict on a missing field, negated or not', () => {
    for (const whenMissing of [true, false]) {
      for (const negate of [true, false]) {
        expect(matches(predicate(equalsLis, { negate, whenMissing }), subject({}), 0)).to.equal(whenMissing);
      }
    }
  });

  it('tests a missing field as the empty text where Prometheus would', () => {
    const empty: Test = { op: 'equals', value: '' };
    expect(matches(predicate(empty, { missingAsEmpty: true }), subject({}), 0)).to.equal(true);
    expect(matches(predicate(equalsLis, { missingAsEmpty: true, negate: true }), subject({}), 0)).to.equal(
      true,
    );
  });

  it('matches everything with all of nothing and nothing with any of nothing', () => {
    expect(matches({ kind: 'all', of: [] }, subject({}), 0)).to.equal(true);
    expect(matches({ kind: 'any', of: [] }, subject({}), 0)).to.equal(false);
  });

  it('asks a schedule for the instant it is given', () => {
    const schedule: Schedule = { id: 'later', includes: (at) => at >= 10, nextTurn: () => 10 };
    expect(matches({ kind: 'during', schedule, negate: false }, lisbon, 10)).to.equal(true);
    expect(matches({ kind: 'during', schedule, negate: false }, lisbon, 9)).to.equal(false);
    expect(matches({ kind: 'during', schedule, negate: true }, lisbon, 9)).to.equal(true);
  });

  it('obeys De Morgan on any nesting', () => {
    const leaf = fc
      .constantFrom('lis', 'fra', 'iad')
      .chain((value) =>
        fc
          .record({ negate: fc.boolean(), whenMissing: fc.boolean() })
          .map((rest): Matcher => predicate({ op: 'equals', value }, rest)),
      );
    const { node } = fc.letrec<{ node: Matcher }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        leaf,
        fc.record({
          kind: fc.constantFrom('all' as const, 'any' as const),
          of: fc.array(tie('node'), { maxLength: 3 }),
        }),
        tie('node').map((of): Matcher => ({ kind: 'not', of })),
      ),
    }));
    const place = fc.constantFrom(subject({}), lisbon, subject({ region: 'fra' }));
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), place, (of, where) => {
        const negated = of.map((part): Matcher => ({ kind: 'not', of: part }));
        const notAll: Matcher = { kind: 'not', of: { kind: 'all', of } };
        const notAny: Matcher = { kind: 'not', of: { kind: 'any', of } };
        expect(matches(notAll, where, 0)).to.equal(matches({ kind: 'any', of: negated }, where, 0));
        expect(matches(notAny, where, 0)).to.equal(matches({ kind: 'all', of: negated }, where, 0));
      }),
      { numRuns: 500 },
    );
  });
});

describe('testHolds', () => {
  it('compares values as texts', () => {
    expect(testHolds({ op: 'equals', value: 5 }, '5')).to.equal(true);
    expect(testHolds({ op: 'equals', value: '5' }, 5)).to.equal(true);
    expect(testHolds({ op: 'equals', value: 5 }, '5.0')).to.equal(false);
    expect(testHolds({ op: 'equals', value: true }, 'true')).to.equal(true);
    expect(testHolds({ op: 'in', values: new Set(['5', 'x']) }, 5)).to.equal(true);
    expect(testHolds({ op: 'in', values: new Set(['5', 'x']) }, '6')).to.equal(false);
  });

  it('folds case only when asked', () => {
    for (const [op, value] of [
      ['prefix', 'DISK'],
      ['suffix', 'FULL'],
      ['contains', 'K F'],
    ] as const) {
      expect(testHolds({ op, value, ignoreCase: false }, 'Disk full'), op).to.equal(false);
      expect(testHolds({ op, value, ignoreCase: true }, 'Disk full'), op).to.equal(true);
    }
  });

  it('wants the whole value from regex and glob and any part from search', () => {
    const pattern = RE2JS.compile('k f');
    expect(testHolds({ op: 'search', source: 'k f', pattern }, 'Disk full')).to.equal(true);
    expect(testHolds({ op: 'regex', source: 'k f', pattern }, 'Disk full')).to.equal(false);
    expect(testHolds({ op: 'glob', source: 'k f', pattern }, 'k f')).to.equal(true);
  });

  it('compares numbers and their decimal texts, and nothing else, with a range', () => {
    const range: Test = { op: 'range', gte: 0.05, lt: 0.5 };
    for (const inside of [0.05, 0.499, '0.05', '5e-2', '.1'])
      expect(testHolds(range, inside), String(inside)).to.equal(true);
    for (const outside of [0.5, 0.049, Number.NaN, '0.5', '', ' ', '0x0', '0.1s', true]) {
      expect(testHolds(range, outside), String(outside)).to.equal(false);
    }
    expect(testHolds({ op: 'range', gt: 1, lte: 2 }, 1)).to.equal(false);
    expect(testHolds({ op: 'range', gt: 1, lte: 2 }, 2)).to.equal(true);
  });

  it('compares ordered words by their ranks', () => {
    const ranks = new Map([
      ['critical', 2],
      ['warning', 1],
      ['none', 0],
    ]);
    const upToWarning: Test = { op: 'range', lte: 1, ranks };
    expect(
      ['critical', 'warning', 'none', 'odd'].map((value) => testHolds(upToWarning, value)),
    ).to.deep.equal([false, true, true, false]);
  });

  it('finds addresses in networks of their own family', () => {
    const cidr: Test = {
      op: 'cidr',
      networks: [
        { bytes: [10, 32, 0, 0], bits: 11 },
        { bytes: [...new Array<number>(15).fill(0), 1], bits: 128 },
      ],
    };
    const verdicts = ['10.63.255.255', '10.64.0.0', '::ffff:10.32.0.1', '::1', '::2', 'host', ''].map(
      (value) => testHolds(cidr, value),
    );
    expect(verdicts).to.deep.equal([true, false, true, true, false, false, false]);
    expect(testHolds({ op: 'cidr', networks: [{ bytes: [0, 0, 0, 0], bits: 0 }] }, '200.1.1.1')).to.equal(
      true,
    );
  });
});
