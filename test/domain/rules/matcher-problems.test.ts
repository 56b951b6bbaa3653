import { expect } from 'chai';
import { matches } from '../../../src/domain/alert/matches.js';
import {
  compileMatcher,
  type MatcherContext,
  type MatcherProblem,
} from '../../../src/domain/rules/compile-matcher.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

function problemsOf(raw: unknown, changes: Partial<MatcherContext> = {}): readonly MatcherProblem[] {
  return compileMatcher(raw, { ...context, ...changes }).problems;
}

function only(raw: unknown, changes: Partial<MatcherContext> = {}): MatcherProblem {
  const [problem, ...others] = problemsOf(raw, changes);
  expect(others, JSON.stringify(raw)).to.deep.equal([]);
  if (problem === undefined) throw new Error(`no problem was found in ${JSON.stringify(raw)}`);
  return problem;
}

describe('problems that compileMatcher finds', () => {
  const cases: readonly [unknown, Partial<MatcherProblem>][] = [
    [
      { enviroment: 'prod' },
      {
        pointer: '/enviroment',
        part: 'key',
        code: 'unknown-field',
        hint: 'did you mean "env"? Else declare labels.enviroment under fields in bundle.yaml',
      },
    ],
    [
      { 'labels.regoin': 'lis' },
      {
        pointer: '/labels.regoin',
        code: 'unknown-field',
        hint: 'did you mean "labels.region"? Else declare labels.regoin under fields in bundle.yaml',
      },
    ],
    [
      { 'values.queue': 1 },
      { code: 'unknown-field', hint: 'declare values.queue under fields in bundle.yaml' },
    ],
    [{ 'service.teir': 1 }, { code: 'unknown-field', hint: 'did you mean service.tier?' }],
    [
      { priority: 'P1' },
      {
        code: 'unknown-field',
        message: 'unknown field "priority"',
        hint: 'priority is a field of incidents, for which only routing can ask; if a label is meant, declare labels.priority under fields in bundle.yaml',
      },
    ],
    [
      { team: 'shop' },
      {
        code: 'unknown-field',
        hint: 'did you mean service.team? Else declare labels.team under fields in bundle.yaml',
      },
    ],
    [{ 'incident.priority': 'P1' }, { code: 'unknown-field', hint: 'use it in routing only' }],
    [{ 'labels.a/b~c': 'x' }, { pointer: '/labels.a~1b~0c', code: 'unknown-field' }],
    [
      ['regoin="lis"'],
      {
        pointer: '/0',
        code: 'unknown-field',
        level: 'warning',
        message: 'the vocabulary has no label "regoin"',
        hint: 'did you mean "region"? Else declare labels.regoin under fields in bundle.yaml',
      },
    ],
    [
      ['region=~"lis|porto"', 'region=~"oporto|madrid"'],
      {
        pointer: '/1',
        code: 'type-mismatch',
        level: 'warning',
        message: 'no value of the label "region" matches "oporto|madrid"',
      },
    ],
    [
      ['region!="liss"'],
      { code: 'type-mismatch', level: 'warning', hint: 'did you mean "lis"? the values are lis, fra, iad' },
    ],
    [
      { env: 'prd' },
      {
        pointer: '/env',
        part: 'value',
        code: 'type-mismatch',
        hint: 'did you mean "prod"? the values are prod, stage, dev',
      },
    ],
    [{ env: ['prod', 'test'] }, { pointer: '/env/1', code: 'type-mismatch' }],
    [{ env: { not: 'prodd' } }, { pointer: '/env/not', code: 'type-mismatch' }],
    [
      { region: { inList: 'regions' } },
      {
        pointer: '/region/inList',
        code: 'type-mismatch',
        message: 'an item of list "regions" does not fit: "mad" is not a value of this field',
      },
    ],
    [
      { env: null },
      { pointer: '/env', code: 'type-mismatch', message: 'nothing stands where a value is expected' },
    ],
    [{ env: [] }, { pointer: '/env', code: 'never-true' }],
    [
      { env: [['prod']] },
      { pointer: '/env/0', code: 'type-mismatch', message: 'a list stands where one value is expected' },
    ],
    [{ env: {} }, { pointer: '/env', code: 'always-true', message: 'the map holds no test' }],
    [{ env: { orMissing: true } }, { pointer: '/env', code: 'always-true' }],
    [
      { env: { not: 'dev', orMissing: 'yes' } },
      { pointer: '/env/orMissing', code: 'type-mismatch', hint: 'write true or false' },
    ],
    [
      { pod: { prefx: 'a' } },
      { pointer: '/pod/prefx', part: 'key', code: 'unknown-key', hint: 'did you mean "prefix"?' },
    ],
    [
      { pod: { regex: 'a', ignoreCase: true } },
      { pointer: '/pod/ignoreCase', part: 'key', code: 'type-mismatch' },
    ],
    [
      { pod: { exists: true, prefix: 'a' } },
      { pointer: '/pod/prefix', code: 'type-mismatch', message: 'prefix cannot stand beside exists' },
    ],
    [{ pod: { not: { exists: true } } }, { pointer: '/pod/not/exists', code: 'type-mismatch' }],
    [
      { pod: { not: { prefix: 'a', orMissing: true } } },
      { pointer: '/pod/not/orMissing', hint: 'move it up, beside not' },
    ],
    [{ pod: { prefix: 5 } }, { pointer: '/pod/prefix', code: 'type-mismatch', message: '5 is no text' }],
    [
      { pod: { prefix: '' } },
      { pointer: '/pod/prefix', code: 'type-mismatch', message: 'the text is empty' },
    ],
    [{ pod: { in: 'a' } }, { pointer: '/pod/in', code: 'type-mismatch', hint: 'write [one, two]' }],
    [{ pod: { gt: 5 } }, { pointer: '/pod/gt', code: 'type-mismatch' }],
    [{ env: { gt: 'dev' } }, { pointer: '/env/gt', code: 'type-mismatch' }],
    [{ severity: { gte: 'warn' } }, { pointer: '/severity/gte', code: 'type-mismatch' }],
    [{ 'values.error_rate': { gt: '5m' } }, { pointer: '/values.error_rate/gt', code: 'type-mismatch' }],
    [
      { 'values.error_rate': { regex: '5.*' } },
      { pointer: '/values.error_rate/regex', code: 'type-mismatch' },
    ],
    [{ 'values.error_rate': { gt: 5, lt: 3 } }, { pointer: '/values.error_rate/gt', code: 'never-true' }],
    [{ severity: { gt: 'error', lt: 'warning' } }, { pointer: '/severity/gt', code: 'never-true' }],
    [{ 'values.age': { gt: '5x' } }, { pointer: '/values.age/gt', code: 'type-mismatch' }],
    [
      { 'values.disk_free': { gt: { a: 1 } } },
      { pointer: '/values.disk_free/gt', code: 'type-mismatch', message: 'a map is no bound' },
    ],
    [{ ip: { cidr: ['10.0.0.1/8'] } }, { pointer: '/ip/cidr/0', code: 'type-mismatch' }],
    [{ ip: { cidr: [] } }, { pointer: '/ip/cidr', code: 'never-true' }],
    [
      { alertname: { inList: 'storage-alert' } },
      { pointer: '/alertname/inList', code: 'unknown-reference', hint: 'did you mean "storage-alerts"?' },
    ],
    [
      { use: 'producton' },
      { pointer: '/use', code: 'unknown-reference', hint: 'did you mean "production"?' },
    ],
    [
      { use: ['production'] },
      { pointer: '/use', code: 'unknown-reference', message: 'there is no matcher called a list' },
    ],
    [
      { during: 'after-tne' },
      { pointer: '/during', code: 'unknown-reference', hint: 'did you mean "after-ten"?' },
    ],
    [{ pod: { regex: 'a(?=b)' } }, { pointer: '/pod/regex', code: 'regex-invalid' }],
    [{ pod: { search: '.'.repeat(257) } }, { pointer: '/pod/search', code: 'regex-too-long' }],
    [{ pod: { glob: '*'.repeat(257) } }, { pointer: '/pod/glob', code: 'regex-too-long' }],
    [{ pod: { regex: '^a' } }, { pointer: '/pod/regex', code: 'regex-anchors-redundant', level: 'warning' }],
    [{ pod: { regex: 'a$' } }, { pointer: '/pod/regex', code: 'regex-anchors-redundant', level: 'warning' }],
    [['pod=~"a(?=b)"'], { pointer: '/0', code: 'regex-invalid' }],
    [['pod=~"^a"'], { pointer: '/0', code: 'regex-anchors-redundant', level: 'warning' }],
    [['pod'], { pointer: '/0', code: 'type-mismatch' }],
    [[5], { pointer: '/0', code: 'type-mismatch', message: '5 is no matcher' }],
    ['env="prod"', { pointer: '', code: 'type-mismatch' }],
    [null, { pointer: '', code: 'type-mismatch', message: 'nothing is no matcher' }],
    [{}, { pointer: '', code: 'always-true', level: 'warning' }],
    [[], { pointer: '', code: 'always-true', level: 'warning' }],
    [{ all: [] }, { pointer: '/all', code: 'always-true', level: 'warning' }],
    [{ any: [] }, { pointer: '/any', code: 'never-true' }],
    [{ any: { env: 'prod' } }, { pointer: '/any', code: 'type-mismatch', hint: 'write any: [{...}, {...}]' }],
    [
      { all: [{ any: [{ not: { envv: 'x' } }] }] },
      { pointer: '/all/0/any/0/not/envv', code: 'unknown-field' },
    ],
    [{ expr: 'size(labels) > 12' }, { pointer: '/expr', part: 'key', code: 'unknown-key' }],
  ];
  for (const [raw, expected] of cases) {
    it(`finds ${expected.code ?? 'what is wrong'} in ${JSON.stringify(raw).slice(0, 70)}`, () => {
      expect(only(raw)).to.include({ level: 'error', ...expected });
    });
  }

  it('says what to write instead, for every one of them', () => {
    for (const [raw] of cases) {
      const { message, hint, code } = only(raw);
      expect(hint !== null || /; write /.test(message), `${code}: ${message}`).to.equal(true);
    }
  });

  it('does not call an escaped dollar an anchor', () => {
    expect(problemsOf({ pod: { regex: String.raw`a\$` } })).to.deep.equal([]);
    expect(only({ pod: { regex: String.raw`a\\$` } })).to.include({ code: 'regex-anchors-redundant' });
    expect(problemsOf({ pod: { search: '^a$' } })).to.deep.equal([]);
  });

  it('finds all problems in one go', () => {
    const found = problemsOf({
      enviroment: 'x',
      pod: { regex: '(', gt: 1 },
      any: [{ use: 'nope' }, { during: 'nope' }],
    });
    expect(found.map(({ pointer }) => pointer)).to.deep.equal([
      '/enviroment',
      '/pod/gt',
      '/pod/regex',
      '/any/0/use',
      '/any/1/during',
    ]);
  });

  it('matches nothing where a part is faulty, whatever the rest says', () => {
    const { matcher } = compileMatcher({ pod: { regex: '(' } }, context);
    expect(matches(matcher, { read: () => 'a' }, 0)).to.equal(false);
  });

  it('lets all, any and not be nested four deep and no deeper', () => {
    const four = { not: { any: [{ all: [{ not: { env: 'prod' } }] }] } };
    expect(problemsOf(four)).to.deep.equal([]);
    expect(only({ not: four })).to.include({
      code: 'nesting-too-deep',
      pointer: '/not/not/any/0/all/0/not',
    });
  });

  it('limits how many conjunctions a matcher stands for', () => {
    const eight = { any: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((pod) => ({ pod })) };
    const nine = { any: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((pod) => ({ pod })) };
    expect(problemsOf([eight, eight])).to.deep.equal([]);
    expect(only([eight, nine])).to.include({ code: 'matcher-too-wide', pointer: '' });
    expect(problemsOf({ not: { any: [eight, nine] } })).to.deep.equal([]);
    expect(only({ not: { all: nine.any } }, { conjunctions: 8 })).to.include({ code: 'matcher-too-wide' });
  });
});
