import fc from 'fast-check';
import type { LogRecord } from '../../src/domain/alert/entry.js';
import type { Field, Matcher } from '../../src/domain/alert/matcher.js';
import type { RouteNode, RuleSet, TriageAction, TriageRule } from '../../src/domain/rules/rule-set.js';
import { alert, hour, minute, morning } from './engine-world.js';
import {
  everything,
  groupByService,
  inhibition,
  labelIs,
  literal,
  maintenance,
  priorityIs,
  ref,
  sampleRules,
  severityIn,
  turning,
} from './sample-rules.js';

/* Few words, so that rules often match, and often miss by one. */
const services = ['checkout', 'stock', 'other'] as const;
const levels = ['high', 'medium', 'low'] as const;

const categoryIs = (value: string): Matcher => ({
  ...{ kind: 'predicate', field: { kind: 'alert', name: 'category' }, test: { op: 'equals', value } },
  ...{ negate: false, whenMissing: false },
});
const early: Matcher = {
  ...{
    kind: 'during',
    schedule: { id: 'early', includes: (at: number) => at < morning + hour, nextTurn: () => morning + hour },
  },
  negate: false,
};

const aLeaf: fc.Arbitrary<Matcher> = fc.oneof(
  fc.constantFrom(...services).map((service) => labelIs('service', service)),
  fc.integer({ min: 0, max: 3 }).map((pod) => labelIs('pod', String(pod))),
  fc.constantFrom(severityIn('critical'), severityIn('error', 'warning'), severityIn('warning', 'info')),
  fc.constantFrom(categoryIs('first'), categoryIs('second'), labelIs('written', 'yes'), early),
);

const { aMatcher } = fc.letrec<{ aMatcher: Matcher }>((tie) => ({
  aMatcher: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    { weight: 3, arbitrary: aLeaf },
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('aMatcher'), { minLength: 1, maxLength: 2 }),
    }),
    tie('aMatcher').map((of): Matcher => ({ kind: 'not', of })),
  ),
}));

const anAction: fc.Arbitrary<TriageAction> = fc.record(
  {
    category: fc.constantFrom('first', 'second'),
    severity: fc.constantFrom('critical' as const, 'warning' as const),
    impact: fc.constantFrom(...levels),
    urgency: fc.constantFrom(...levels),
    env: fc.constantFrom('prod', 'dev'),
    labels: fc.constantFrom(new Map([['written', literal('yes')]]), new Map([['pod', literal('')]])),
    title: fc.constant(literal('Retitled')),
  },
  { requiredKeys: [] },
);

const aCanary = fc.record({
  percent: fc.constantFrom(30, 60),
  by: fc.constantFrom<readonly Field[]>([], [{ kind: 'label', name: 'pod' }]),
});

function triageRules(prefix: string, holds = false): fc.Arbitrary<readonly TriageRule[]> {
  const hold = holds
    ? fc.option(fc.record({ forMs: fc.constantFrom(minute, hour), dropIfResolved: fc.boolean() }), {
        freq: 3,
      })
    : fc.constant(null);
  const force = fc.record({ shadow: fc.option(fc.constant(true as const)), canary: fc.option(aCanary) });
  return fc.array(fc.tuple(aMatcher, anAction, hold, force), { maxLength: 4 }).map((drawn) =>
    drawn.map(([match, then, wanted, { shadow, canary }], i) => ({
      ref: ref(`${prefix}-${i}`),
      title: `${prefix} ${i}`,
      match,
      then: { ...then, ...(wanted !== null && { hold: wanted }) },
      ...(shadow !== null && { shadow }),
      ...(canary !== null && { canary: { ...canary, rule: `${prefix}-${i}` } }),
    })),
  );
}

const windows = fc
  .array(
    fc.record({
      match: aMatcher,
      keep: fc.option(aMatcher),
      effect: fc.constantFrom('suppress' as const, 'lower' as const, 'tag' as const),
      from: fc.integer({ min: -1, max: 60 }),
    }),
    { maxLength: 2 },
  )
  .map((drawn) =>
    drawn.map(({ from, ...window }, i) =>
      maintenance([morning + from * minute, morning + (from + 40) * minute], {
        ...{ ref: ref(`window-${i}`), ...window },
        capPriority: window.effect === 'lower' ? 'P4' : null,
      }),
    ),
  );

const equalFields: readonly Field[] = [
  { kind: 'label', name: 'service' },
  { kind: 'label', name: 'pod' },
];
const inhibitions = fc
  .array(
    fc.record({
      when: aMatcher,
      mute: aMatcher,
      equal: fc.subarray([...equalFields]),
      holdAfterClearMs: fc.constantFrom(0, 5 * minute),
      effect: fc.constantFrom('hide', 'attach'),
    }),
    { maxLength: 3 },
  )
  .map((drawn) =>
    drawn.map((rule, i) => inhibition({ ref: ref(`inhibition-${i}`), stateHash: `shape-${i}`, ...rule })),
  );

const groups = fc
  .array(fc.record({ match: aMatcher, maxAlerts: fc.constantFrom(1, 500) }), { maxLength: 2 })
  .map((drawn) =>
    drawn.map((rule, i) => groupByService({ ref: ref(`group-${i}`), stateHash: `group-${i}`, ...rule })),
  );

const routes: fc.Arbitrary<readonly RouteNode[]> = fc
  .array(
    fc.tuple(
      fc.oneof(aMatcher, fc.constantFrom(priorityIs('P1'), priorityIs('P3'))),
      fc.boolean(),
      fc.boolean(),
    ),
    {
      maxLength: 3,
    },
  )
  .map((drawn) =>
    drawn.map(([match, major, timed], i) => ({
      ...{ ref: ref(`route-${i}`), match, tier: major ? 'L2' : 'L1', alsoNotify: [] },
      activeDuring: timed ? turning('by-turns', hour) : null,
      team: literal(major ? 'platform' : 'desk'),
      policy: major ? 'major' : 'standard',
      routes: [],
    })),
  );

/** Rule sets with up to four rules a stage that look at, and write over, what `lonelyAlerts` have. */
export const anyRules: fc.Arbitrary<RuleSet> = fc
  .record({
    normalize: triageRules('normalize'),
    classify: triageRules('classify'),
    adjust: triageRules('adjust', true),
    maintenance: windows,
    ...{ inhibitions, groups, routes },
  })
  .map(({ routes: children, classify, ...drawn }) => {
    const { routing } = sampleRules();
    const catchAll = { ref: ref('unclassified'), title: 'rest', match: everything, then: {} };
    return sampleRules({
      ...drawn,
      classify: [...classify, catchAll],
      routing: { ...routing, routes: children },
    });
  });

const anAlert = fc.record({
  service: fc.constantFrom(...services),
  pod: fc.integer({ min: 0, max: 3 }),
  severity: fc.constantFrom('critical' as const, 'error' as const, 'warning' as const, 'info' as const),
  env: fc.constantFrom(null, 'prod', 'dev'),
  over: fc.boolean(),
  gap: fc.constantFrom(0, 1_000, minute, 10 * minute),
});

/** A log of alerts that come one by one, after the rules. */
export const lonelyAlerts: fc.Arbitrary<readonly LogRecord[]> = fc
  .array(anAlert, { minLength: 1, maxLength: 12 })
  .map((drawn) => {
    let at = morning;
    const records = drawn.map(({ gap, over, env, service, pod, severity }, i): LogRecord => {
      at += gap;
      const incoming = alert({
        labels: { alertname: 'Errors', service, pod: String(pod) },
        ...{ severity, ...(env !== null && { env }), ...(over && { resolved: true }) },
      });
      return { position: i + 2, at, entries: [{ kind: 'alerts', alerts: [incoming] }] };
    });
    const first: LogRecord = {
      ...{ position: 1, at: morning },
      entries: [{ kind: 'rules-changed', hash: 'sample', by: 'test' }],
    };
    return [first, ...records];
  });
