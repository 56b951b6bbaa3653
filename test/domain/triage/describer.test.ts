import { expect } from 'chai';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { createWordList } from '../../../src/domain/alert/word-list.js';
import type { Field, Matcher, Schedule } from '../../../src/domain/alert/matcher.js';
import type { RuleSet, TriageAction, TriageRule } from '../../../src/domain/rules/rule-set.js';
import type { Template } from '../../../src/domain/rules/template.js';
import { createDescriber } from '../../../src/domain/triage/describer.js';
import { describeAlert } from '../../../src/domain/triage/describe-alert.js';
import { indexAll } from '../../support/index-all.js';
import { ref, sampleRules } from '../../support/sample-rules.js';

const minute = 60_000;
const values = ['a', 'b', 'ba', 'prod', 'p'] as const;
const names = ['severity', 'x', 'y'] as const;

const field: fc.Arbitrary<Field> = fc.oneof(
  fc.constantFrom(...names).map((name) => ({ kind: 'label', name }) as const),
  fc.constantFrom('x', 'runbook_url').map((name) => ({ kind: 'annotation', name }) as const),
  fc.constant({ kind: 'value', name: 'x' } as const),
  fc.constant({ kind: 'raw', path: ['x', 'y'] } as const),
  fc.constantFrom('tier', 'team').map((name) => ({ kind: 'service', name }) as const),
  fc
    .constantFrom('source', 'status', 'title', 'severity', 'service', 'env', 'category', 'runbook')
    .map((name) => ({ kind: 'alert', name }) as const),
);

/** On in every second minute, or in every third. */
const schedules: readonly Schedule[] = [2, 3].map((every) => ({
  id: 'inline',
  includes: (at) => Math.floor(at / minute) % every === 0,
  nextTurn: (at) => (Math.floor(at / minute) + 1) * minute,
}));

const matcher: fc.Arbitrary<Matcher> = fc.letrec<{ matcher: Matcher }>((tie) => ({
  matcher: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('predicate' as const),
      field,
      test: fc.oneof(
        fc.constantFrom(...values, 't-a', 'warning', 1).map((value) => ({ op: 'equals', value }) as const),
        fc.constant({ op: 'exists' } as const),
        // No test tells some of the values apart.
        fc.constant({ op: 'in', values: new Set(['a', 'warning']) } as const),
        fc.constant({ op: 'prefix', value: 'p', ignoreCase: false } as const),
        fc.constant({ op: 'search', source: 'a$', pattern: RE2JS.compile('a$') } as const),
        fc.constant({ op: 'words', list: createWordList(['prod', 'critical']) } as const),
        fc.constant({ op: 'range', gt: 1 } as const),
      ),
      negate: fc.boolean(),
      whenMissing: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('during' as const),
      schedule: fc.constantFrom(...schedules),
      negate: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('matcher') }),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('matcher'), { maxLength: 3 }),
    }),
  ),
})).matcher;

const template: fc.Arbitrary<Template> = fc.oneof(
  fc.constantFrom(...values, '').map((text) => ({ source: text, parts: [text] })),
  field.map((of): Template => ({ source: '', parts: ['t-', of] })),
);

const action: fc.Arbitrary<TriageAction> = fc.record(
  {
    title: template,
    severity: fc.constantFrom('critical', 'warning'),
    env: fc.constantFrom('prod', 'dev'),
    category: fc.constantFrom(...values),
    impact: fc.constantFrom('high', 'low'),
    urgency: fc.constantFrom('high', 'low'),
    runbook: template,
    labels: fc.array(fc.tuple(fc.constantFrom(...names), template)).map((all) => new Map(all)),
    annotations: fc.array(fc.tuple(fc.constant('x'), template)).map((all) => new Map(all)),
    extract: fc.array(
      fc.record({
        from: field,
        source: fc.constant('x'),
        pattern: fc.constant(RE2JS.compile('(?P<x>[a-z1-9]+)(?P<y>o.*)?')),
        groups: fc.constant(['x', 'y']),
        into: fc.constantFrom('labels', 'values', 'annotations'),
      }),
      { maxLength: 2 },
    ),
    enrich: fc.array(
      fc.record({
        into: fc.constantFrom('labels', 'annotations'),
        name: fc.constantFrom('x', 'severity'),
        key: field,
        cells: fc.constant(
          new Map([
            ['a', 'prod'],
            ['prod', 'b'],
          ]),
        ),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const force = fc.record(
  {
    shadow: fc.constant(true as const),
    canary: fc.record({ percent: fc.constant(50), by: fc.array(field, { maxLength: 1 }) }),
  },
  { requiredKeys: [] },
);

const rulesOf = (stage: string): fc.Arbitrary<readonly TriageRule[]> =>
  fc
    .array(fc.record({ match: matcher, then: action, force }, { requiredKeys: ['match', 'then'] }), {
      maxLength: 4,
    })
    .map((list) =>
      list.map(({ force: limits = {}, ...rule }, at) => ({
        ...{ ...rule, ref: ref(`${stage}${at}`), title: '' },
        ...(limits.shadow !== undefined && { shadow: limits.shadow }),
        ...(limits.canary !== undefined && { canary: { ...limits.canary, rule: `${stage}${at}` } }),
      })),
    );

const sample = sampleRules();
const ruleSet: fc.Arbitrary<RuleSet> = fc
  .record({
    normalize: rulesOf('normalize'),
    classify: rulesOf('classify'),
    adjust: rulesOf('adjust'),
    bindings: fc.array(fc.record({ service: fc.constantFrom(...sample.services.values()), match: matcher }), {
      maxLength: 3,
    }),
  })
  .map((stages) => ({ ...sample, ...stages }));

const word = fc.constantFrom(...values);
const fields = {
  source: fc.constantFrom('prometheus', 'api'),
  fingerprint: fc.constantFrom('1', '2', '3'),
  severity: fc.constantFrom('critical', 'warning'),
  title: fc.constantFrom(...values, 't-a'),
  labels: fc.dictionary(fc.constantFrom(...names), word),
  annotations: fc.dictionary(fc.constantFrom('x', 'runbook_url', 'runbook'), word),
  values: fc.dictionary(fc.constant('x'), fc.constantFrom(1, 2)),
  raw: fc.dictionary(fc.constant('x'), fc.dictionary(fc.constant('y'), word)),
  env: fc.constantFrom('prod', 'dev'),
  service: fc.constantFrom(...sample.services.keys(), 'none'),
  category: word,
  startsAt: fc.constantFrom(1, 2),
  endsAt: fc.constantFrom(3, 4),
  timeoutMs: fc.constantFrom(5, 6),
} as const;
const message: fc.Arbitrary<IncomingAlert> = fc.record(fields, {
  requiredKeys: ['source', 'fingerprint', 'severity', 'title', 'labels', 'annotations'],
});
/** What sets a message apart from another one: little, so that most answers are the same. */
const difference: fc.Arbitrary<Partial<IncomingAlert>> = fc.oneof(
  fc.constant({}),
  ...Object.entries(fields).map(([name, value]) =>
    (value as fc.Arbitrary<unknown>).map((given) => ({ [name]: given })),
  ),
);

const plain = { source: 's', fingerprint: '1', severity: 'info', title: 't', annotations: {} } as const;

/** `source` or a label has just this value. */
function whole(name: string, value: string): Matcher {
  const of: Field = name === 'source' ? { kind: 'alert', name } : { kind: 'label', name };
  return {
    ...{ kind: 'predicate', field: of, test: { op: 'equals', value } },
    ...{ negate: false, whenMissing: false },
  };
}

describe('the describer', () => {
  it('describes every message as the rules one by one describe it alone, whatever rules, time and messages came before', () => {
    const step = fc.tuple(difference, fc.integer({ min: 0, max: 5 }));
    const history = fc.record({
      sets: fc.array(ruleSet, { minLength: 1, maxLength: 2 }),
      base: message,
      steps: fc.array(step, { minLength: 10, maxLength: 40 }),
    });
    fc.assert(
      fc.property(history, ({ sets, base, steps }) => {
        const describer = createDescriber();
        const lookedUp = sets.map(indexAll);
        for (const [index, [other, minutes]] of steps.entries()) {
          const turn = Math.floor(index / 25) % sets.length;
          const rules = sets[turn]!;
          const incoming = { ...base, ...other };
          const at = minutes * minute;
          const expected = describeAlert(incoming, rules, at);
          expect(describeAlert(incoming, lookedUp[turn]!, at)).to.deep.equal(expected);
          expect(describer.describe(incoming, lookedUp[turn]!, at)).to.deep.equal(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells messages apart that differ in what a rule takes over into what another one reads', () => {
    const template: Template = { source: '', parts: ['about ', { kind: 'alert', name: 'title' }] };
    const rules = {
      ...sample,
      normalize: [
        {
          ref: ref('name'),
          title: '',
          match: whole('source', 's'),
          then: { labels: new Map([['of', template]]) },
        },
      ],
      classify: [
        { ref: ref('disks'), title: '', match: whole('of', 'about disks'), then: { category: 'disks' } },
      ],
    };
    const describer = createDescriber();
    const categories = ['disks', 'cats', 'disks', 'dogs', 'cats'].map(
      (title) => describer.describe({ ...plain, title, labels: {} }, rules, 0).category,
    );
    expect(categories).to.deep.equal(['disks', 'unknown', 'disks', 'unknown', 'unknown']);
  });

  it('asks what other rules ask where those of a rule set were exchanged for them', () => {
    const only = (text: string): readonly TriageRule[] => [
      { ref: ref(text), title: '', match: whole('pod', text), then: { category: text } },
    ];
    const describer = createDescriber();
    const rules = { ...indexAll({ ...sample, classify: only('one') }), classify: only('other') };
    const categories = ['none', 'other', 'one'].map(
      (pod) => describer.describe({ ...plain, labels: { pod } }, rules, 0).category,
    );
    expect(categories).to.deep.equal(['unknown', 'other', 'unknown']);
  });

  it('goes on where rules look at what is different in each message', () => {
    const from = (least: number): Matcher => ({
      ...{ kind: 'predicate', field: { kind: 'label', name: 'pod' }, negate: false, whenMissing: false },
      test: { op: 'range', gte: least },
    });
    const classify = [
      { ref: ref('seventh'), title: '', match: whole('pod', '7'), then: { category: 'seven' } },
      // With so many limits no two pods are alike.
      ...Array.from({ length: 130 }, (_, limit) => ({
        ...{ ref: ref(`from${limit}`), title: '', then: { category: 'unknown' } },
        match: from(30_000 + limit),
      })),
    ];
    const describer = createDescriber();
    const rules = { ...sample, classify };
    for (let pod = 0; pod < 8_000; pod += 1) {
      const { category } = describer.describe({ ...plain, labels: { pod: String(pod % 7_000) } }, rules, 0);
      expect(category).to.equal(pod % 7_000 === 7 ? 'seven' : 'unknown');
    }
  });
});
