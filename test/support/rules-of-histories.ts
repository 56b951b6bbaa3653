import type { RepeatPlan } from '../../src/domain/incident/escalation.js';
import type { RouteNode, RuleSet } from '../../src/domain/rules/rule-set.js';
import { hour, minute, morning } from './engine-world.js';
import {
  groupByService,
  holdRule,
  inhibition,
  labelIs,
  maintenance,
  recurring,
  ref,
  sampleRules,
  severityIn,
  standingOn,
  turning,
} from './sample-rules.js';

/** An alert may be on both sides of it. */
const bothSides = inhibition({
  ref: ref('worse-of-the-pod'),
  when: severityIn('critical', 'error'),
  mute: severityIn('error', 'warning'),
  equal: [{ kind: 'label', name: 'pod' }],
  holdAfterClearMs: minute,
});

/** What checkout stands on explains its errors; it is both a root and a symptom itself. */
const brokenDependency = inhibition({
  ref: ref('broken-dependency'),
  when: severityIn('critical', 'error'),
  mute: severityIn('error', 'warning'),
  ...{
    equal: [],
    explainers: new Map([['checkout', ['stock']]]),
    effect: 'attach',
    holdAfterClearMs: minute,
  },
});

/** Policies that do all they can: warn, call another team in, repeat; teams that are also told. */
const escalating = (repeat: RepeatPlan, alsoNotify: readonly string[]): Partial<RuleSet> => {
  const { policies, routing, sla } = sampleRules();
  // While it is on, the important ones go another way; what is open then follows.
  const byTurns: RouteNode = {
    ...{
      ref: ref('by-turns'),
      match: severityIn('critical', 'error'),
      activeDuring: turning('by-turns', 20 * hour),
    },
    ...{ tier: 'L1', team: { source: 'platform', parts: ['platform'] }, policy: 'standard', routes: [] },
    alsoNotify,
  };
  const managers = { afterMs: hour, ifNot: 'resolved', team: 'warehouse', notify: ['page'] } as const;
  return {
    routing: { ...routing, alsoNotify, routes: [byTurns, ...routing.routes] },
    sla: new Map(
      [...sla].map(([priority, own]) => [
        priority,
        { updateMs: hour, mitigateMs: 3 * hour, ...own, ...(priority > 'P2' && { calendar: 'shifts' }) },
      ]),
    ),
    policies: new Map(
      [...policies].map(([id, own]) => [
        id,
        { ...own, steps: [...own.steps, managers], repeat, warnAt: [0.5, 0.8, 1] },
      ]),
    ),
  };
};

/** The rule sets differ in all that a reload may change under alerts that fire; reporters are told in one of the two. */
const channels = new Map([
  ...sampleRules().channels,
  ['reporter', { byDefault: 'log', byTeam: new Map([['desk', null]]) }] as const,
]);

const rules = sampleRules({
  teams: new Map(
    [...sampleRules().teams].map(([id, team]) => [
      id,
      id === 'desk' ? { ...team, calendar: 'shifts', fallback: 'platform' } : team,
    ]),
  ),
  calendars: new Map([['shifts', turning('shifts', 5 * hour)]]),
  channels,
  ...escalating({ everyMs: 20 * minute, max: 4, growth: 'double' }, ['platform', 'desk']),
  adjust: [holdRule('blips', 2 * minute)],
  maintenance: [
    maintenance([morning + 20 * minute, morning + 2 * hour], { keep: labelIs('pod', '3') }),
    maintenance([morning + hour, morning + 30 * hour], {
      ref: ref('long'),
      match: labelIs('service', 'stock'),
    }),
    maintenance([0, 0], {
      ...{ ref: ref('nightly'), match: labelIs('pod', '2') },
      times: recurring('FREQ=DAILY;BYHOUR=10,16,23;BYMINUTE=15', hour),
    }),
  ],
  inhibitions: [inhibition({ holdAfterClearMs: 5 * minute }), bothSides, brokenDependency],
  ...standingOn({
    checkout: [{ service: 'stock', edge: 'hard' }],
    stock: [{ service: 'checkout', edge: 'soft' }],
  }),
});
const calmer = sampleRules({
  ...escalating({ everyMs: 3 * hour, max: 2, growth: 'none' }, ['warehouse']),
  ...standingOn({ checkout: [{ service: 'stock', edge: 'soft' }] }),
  hash: 'calmer',
  revision: 'calmer',
  adjust: [holdRule('blips', 10 * minute, false)],
  maintenance: [
    maintenance([morning + hour, morning + 4 * hour]),
    maintenance([morning, morning + 40 * hour], {
      ...{ ref: ref('lowered'), match: labelIs('pod', '1'), effect: 'lower', capPriority: 'P4' },
    }),
  ],
  inhibitions: [
    inhibition({ mute: severityIn('error', 'warning'), stateHash: 'wider', effect: 'attach' }),
    bothSides,
  ],
  priority: { ...rules.priority, lowerOnlyAfterMs: minute },
  groups: [groupByService({ mode: 'rolling', idleMs: 3 * minute, maxAgeMs: null, stateHash: 'rolling' })],
});
/** The rule sets that histories switch between. */
export const ruleSet = (hash: string) => (hash === 'calmer' ? calmer : rules);
