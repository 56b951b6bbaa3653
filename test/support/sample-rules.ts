import type { Severity } from '../../src/domain/alert/alert.js';
import type { Matcher, Schedule } from '../../src/domain/alert/matcher.js';
import type { RuleRef } from '../../src/domain/alert/rule-ref.js';
import { hashSuppression } from '../../src/domain/rules/hash-suppression.js';
import type { EscalationPolicy, PolicyStep } from '../../src/domain/incident/escalation.js';
import type {
  GroupRule,
  InhibitionRule,
  MaintenanceWindow,
  RouteNode,
  RuleSet,
  Service,
  Team,
  TriageRule,
} from '../../src/domain/rules/rule-set.js';
import type { RuleIndexes } from '../../src/domain/rules/match-index/rule-indexes.js';
import { findDependencyPaths } from '../../src/domain/rules/find-dependency-paths.js';
import type { Template } from '../../src/domain/rules/template.js';
import { parseRecurrence } from '../../src/domain/rules/recurrence.js';
import { once, repeated, type WindowTimes } from '../../src/domain/rules/window-times.js';

/** All rules are gone through one by one. */
export const noIndexes: RuleIndexes = {
  ...{ normalize: null, bindings: null, classify: null, adjust: null, groups: null },
  ...{ maintenance: null, inhibitions: null, routes: new Map() },
};

const minute = 60_000;
const hour = 60 * minute;

export const everything: Matcher = { kind: 'all', of: [] };

export function ref(id: string): RuleRef {
  return { id, file: 'rules.yaml', line: 1 };
}

export function literal(text: string): Template {
  return { source: text, parts: [text] };
}

/** On for this long, off for this long, and so on, from an instant on and likewise before it. */
export function turning(id: string, everyMs: number, from = 0): Schedule {
  return {
    id,
    includes: (at) => Math.floor((at - from) / everyMs) % 2 === 0,
    nextTurn: (at) => from + (Math.floor((at - from) / everyMs) + 1) * everyMs,
  };
}

/** `label = value`. */
export function labelIs(name: string, value: string): Matcher {
  return {
    kind: 'predicate',
    field: { kind: 'label', name },
    test: { op: 'equals', value },
    negate: false,
    whenMissing: false,
  };
}

/** Any of the severities. */
export function severityIn(...values: readonly Severity[]): Matcher {
  return {
    kind: 'predicate',
    field: { kind: 'alert', name: 'severity' },
    test: { op: 'in', values: new Set(values) },
    negate: false,
    whenMissing: false,
  };
}

/** An adjust rule that holds warnings back. */
export function holdRule(id: string, forMs: number, dropIfResolved = true): TriageRule {
  const match = severityIn('warning', 'info');
  return { ref: ref(id), title: 'Blips', match, then: { hold: { forMs, dropIfResolved } } };
}

/** A window of maintenance about `service = checkout`. */
export function maintenance(
  during: readonly [from: number, to: number],
  changes: Partial<MaintenanceWindow> = {},
): MaintenanceWindow {
  const [from, to] = during;
  return {
    ...{ ref: ref('upgrade'), title: 'Upgrade', reason: 'Upgrade (CHG-1)', times: once({ from, to }) },
    ...{ match: labelIs('service', 'checkout'), keep: null, effect: 'suppress', capPriority: null },
    ...changes,
  };
}

/** When a window is under way that begins by a rule of RFC 5545 in UTC. */
export function recurring(rrule: string, durationMs: number): WindowTimes {
  const parsed = parseRecurrence(rrule);
  if (!parsed.ok) throw new Error(parsed.message);
  const { recurrence } = parsed;
  return repeated({ text: rrule, recurrence, start: null, durationMs, expires: null, offset: () => 0 });
}

/** Critical alerts mute warnings of the same service. */
export function inhibition(changes: Partial<InhibitionRule> = {}): InhibitionRule {
  return {
    ref: ref('critical-covers-warning'),
    title: 'The critical alert already says it',
    stateHash: 'shape',
    when: severityIn('critical'),
    mute: severityIn('warning', 'info'),
    equal: [{ kind: 'label', name: 'service' }],
    explainers: null,
    effect: 'hide',
    holdAfterClearMs: 0,
    ...changes,
  };
}

/** As a defect of ours would have it: the pattern can not be asked. */
export const breaking: Matcher = {
  kind: 'predicate',
  field: { kind: 'label', name: 'alertname' },
  test: {
    op: 'regex',
    source: 'x',
    pattern: {
      testExact: () => {
        throw new Error('boom');
      },
    } as never,
  },
  negate: false,
  whenMissing: false,
};

/** `priority = P1`. */
export function priorityIs(value: string): Matcher {
  return {
    kind: 'predicate',
    field: { kind: 'incident', name: 'priority' },
    test: { op: 'equals', value },
    negate: false,
    whenMissing: false,
  };
}

function service(id: string, tier: number, team: string): Service {
  return { id, name: id.toUpperCase(), tier, team, runbook: null, dependsOn: [], ref: ref(id) };
}

/** `checkout` and `stock` with edges between them. */
export function standingOn(
  edges: Readonly<Record<string, Service['dependsOn']>>,
): Pick<RuleSet, 'services' | 'dependencies'> {
  const services = new Map(
    sampleServices.map((each) => [each.id, { ...each, dependsOn: edges[each.id] ?? [] }]),
  );
  return { services, dependencies: findDependencyPaths(services) };
}

function team(id: string, tiers: Team['tiers'], fallback: string | null = null): Team {
  return { id, tiers, calendar: 'always', fallback, oncall: null, channels: new Map(), ref: ref(id) };
}

function policy(id: string, steps: readonly PolicyStep[]): EscalationPolicy {
  return { id, file: 'escalation.yaml', line: 1, steps, repeat: null, warnAt: [] };
}

function classifyRule(id: string, match: Matcher, category: string): TriageRule {
  return { ref: ref(id), title: id, match, then: { category } };
}

const sampleServices = [service('checkout', 1, 'purchase'), service('stock', 3, 'warehouse')];

/** Two services, four teams, group by service and category, the matrix of the default bundle. */
export function sampleRules(changes: Partial<RuleSet> = {}): RuleSet {
  const services = sampleServices;
  const teams = [
    team('desk', ['L1']),
    team('platform', ['L2', 'L3']),
    team('purchase', ['L2', 'L3']),
    team('warehouse', ['L2'], 'platform'),
  ];
  const major: RouteNode = {
    ref: ref('major'),
    match: priorityIs('P1'),
    activeDuring: null,
    tier: 'L2',
    team: { source: '{{service.team}}', parts: [{ kind: 'service', name: 'team' }] },
    policy: 'major',
    alsoNotify: [],
    routes: [],
  };
  const rules: RuleSet = {
    name: 'sample',
    revision: 'sample',
    hash: 'sample',
    partition: { by: [], place: { file: 'bundle.yaml', line: 1, column: 1 } },
    defaults: {
      timezone: 'UTC',
      ttlMs: 6 * hour,
      autoResolveMs: 6 * hour,
      reopenWithinMs: hour,
      autoCloseMs: 72 * hour,
    },
    normalize: [],
    bindings: services.map((each) => ({ service: each, match: labelIs('service', each.id) })),
    classify: [
      classifyRule('errors', labelIs('alertname', 'Errors'), 'availability/errors'),
      classifyRule('unclassified', everything, 'unknown'),
    ],
    adjust: [],
    maintenance: [],
    inhibitions: [],
    services: new Map(services.map((each) => [each.id, each])),
    dependencies: findDependencyPaths(new Map()),
    teams: new Map(teams.map((each) => [each.id, each])),
    tiers: new Map([
      ['L1', { id: 'L1', name: 'Desk', team: 'desk' }],
      ['L2', { id: 'L2', name: 'Operations', team: 'platform' }],
      ['L3', { id: 'L3', name: 'Engineers', team: 'platform' }],
    ]),
    groups: [groupByService()],
    priority: {
      impacts: ['high', 'medium', 'low'],
      urgencies: ['high', 'medium', 'low'],
      matrix: {
        high: { high: 'P1', medium: 'P2', low: 'P3' },
        medium: { high: 'P2', medium: 'P3', low: 'P4' },
        low: { high: 'P3', medium: 'P4', low: 'P5' },
      },
      impactFromTier: new Map<number | 'none', string>([
        [1, 'high'],
        [2, 'medium'],
        [3, 'low'],
        [4, 'low'],
        ['none', 'medium'],
      ]),
      urgencyFromSeverity: { critical: 'high', error: 'medium', warning: 'low', info: 'low', none: 'low' },
      nonProductionImpact: 'low',
      lowerOnlyAfterMs: 15 * minute,
    },
    routing: {
      ref: ref('default'),
      match: everything,
      activeDuring: null,
      tier: 'L1',
      team: literal('desk'),
      policy: 'standard',
      alsoNotify: [],
      routes: [major],
    },
    sla: new Map([
      ['P1', { acknowledgeMs: 5 * minute, resolveMs: 4 * hour }],
      ['P2', { acknowledgeMs: 15 * minute, resolveMs: 8 * hour }],
      ['P3', { acknowledgeMs: hour, resolveMs: 48 * hour }],
      ['P4', { resolveMs: 120 * hour }],
    ]),
    policies: new Map([
      [
        'standard',
        policy('standard', [
          { afterMs: 0, tier: 'L1', notify: ['chat'] },
          { afterMs: 10 * minute, ifNot: 'acknowledged', tier: 'L2', notify: ['page'] },
          { afterMs: 45 * minute, ifNot: 'mitigated', tier: 'L3', notify: ['page'] },
        ]),
      ],
      [
        'major',
        policy('major', [
          { afterMs: 0, tier: 'L2', notify: ['page', 'chat'] },
          { afterMs: 5 * minute, ifNot: 'acknowledged', tier: 'L3', notify: ['page'] },
        ]),
      ],
    ]),
    notifiers: new Map([['log', { id: 'log', type: 'log', url: null, secretEnv: null }]]),
    channels: new Map([
      ['chat', { byDefault: 'log', byTeam: new Map() }],
      ['page', { byDefault: 'log', byTeam: new Map() }],
    ]),
    catalogue: [],
    calendars: new Map(),
    rotations: new Map(),
    suppressionHash: '',
    indexes: noIndexes,
    intake: new Map(),
    ...changes,
  };
  return { ...rules, suppressionHash: hashSuppression(rules) };
}

export function groupByService(changes: Partial<GroupRule> = {}): GroupRule {
  return {
    ref: ref('group-by-service'),
    title: 'One incident a service and category',
    stateHash: 'shape',
    weight: 10,
    match: everything,
    by: [
      { kind: 'alert', name: 'service' },
      { kind: 'alert', name: 'category' },
    ],
    mode: 'session',
    idleMs: 20 * minute,
    maxAgeMs: 6 * hour,
    maxAlerts: 500,
    overflow: 'count',
    stopValues: [new Set(['unknown']), new Set()],
    incident: {
      title: {
        source: '',
        parts: [{ kind: 'service', name: 'name' }, ': ', { kind: 'alert', name: 'category' }],
      },
      category: null,
    },
    ...changes,
  };
}

/** The topic of the sample dead letter. */
export const sampleIntake: RuleSet['intake'] = new Map([
  [
    'alerts',
    {
      ...{ topic: 'alerts', group: null, format: 'json', source: 'api', declared: null },
      ...{ start: 'latest', ref: ref('alerts') },
    },
  ],
]);
