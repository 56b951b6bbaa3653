import { stringify } from 'yaml';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { inRepository } from '../fixture-bundle.js';

/** How long until somebody has taken it, and until it is over. */
export interface Targets {
  readonly acknowledge: string;
  readonly resolve: string;
}

export type TargetsByPriority = Readonly<Record<'P1' | 'P2' | 'P3' | 'P4' | 'P5', Targets>>;

const header = { apiVersion: 'tocsin/v1', owner: 'desk' };
/** Longer than the log. */
const longer = '2000d';

const loadRules = createRuleLoader({
  reader: createBundleReader({ directory: inRepository('test', 'fixtures') }),
});

/**
 * The log's service desk as a bundle, through the real parser and compiler: an alert is an incident, label `priority` is its
 * priority and label `group` its team; nobody is told and nothing ends by itself, but where an alert falls silent.
 */
export function serviceNowBundle(asked: {
  readonly name: string;
  readonly teams: readonly string[];
  readonly targets: TargetsByPriority;
}): RuleSet {
  const { ruleSet, issues } = loadRules(filesOf(asked));
  if (ruleSet === null) throw new Error(JSON.stringify(issues, null, 2));
  return ruleSet;
}

function filesOf(asked: Parameters<typeof serviceNowBundle>[0]): BundleFiles {
  const documents = {
    'bundle.yaml': { ...bundle, name: asked.name },
    'escalation.yaml': escalation(asked.targets),
    'notifiers.yaml': notifiers,
    'priority.yaml': priority,
    'routing.yaml': routing(asked.teams),
    'teams.yaml': {
      kind: 'Teams',
      teams: ['desk', ...asked.teams].map((id) => ({ id, tiers: ['L1', 'L2', 'L3'], calendar: 'always' })),
    },
    'triage.yaml': triage,
  };
  return new Map(
    Object.entries(documents).map(([path, document]) => [path, stringify({ ...header, ...document })]),
  );
}

const bundle = {
  kind: 'Bundle',
  defaults: { ttl: longer, autoResolve: '1h', reopenWithin: '1ms', autoClose: longer },
  fields: { 'labels.priority': { type: 'string' }, 'labels.group': { type: 'string' } },
  sets: [{ id: 'classify', stage: 'classify', mode: 'first' }],
};

const priority = {
  kind: 'Priority',
  scales: { impact: ['p1', 'p2', 'p3', 'p4'], urgency: ['any'] },
  matrix: { p1: { any: 'P1' }, p2: { any: 'P2' }, p3: { any: 'P3' }, p4: { any: 'P4' } },
  defaults: {
    impactFromTier: { 1: 'p1', 2: 'p2', 3: 'p3', 4: 'p4', none: 'p4' },
    urgencyFromSeverity: { critical: 'any', error: 'any', warning: 'any', info: 'any', none: 'any' },
  },
  incident: { impact: 'max', urgency: 'max', lowerOnlyAfter: '15m' },
};

/** The sender names the category. */
const triage = {
  kind: 'Triage',
  rules: [
    ...['1 - Critical', '2 - High', '3 - Moderate'].map((name, index) => ({
      id: `p${index + 1}`,
      set: 'classify',
      title: name,
      match: { 'labels.priority': name },
      then: { impact: `p${index + 1}` },
    })),
    { id: 'p4', set: 'classify', title: '4 - Low', catchAll: true, then: { impact: 'p4' } },
  ],
};

function routing(teams: readonly string[]): object {
  const routes = teams.map((team) => ({ id: team, match: { 'labels.group': team }, team }));
  return { kind: 'Routing', root: { id: 'desk', tier: 'L1', team: 'desk', policy: 'quiet', routes } };
}

function escalation(targets: TargetsByPriority): object {
  return {
    kind: 'Escalation',
    tiers: ['L1', 'L2', 'L3'].map((id) => ({ id, name: id, team: 'desk' })),
    sla: Object.entries(targets).map(([name, target]) => ({ priority: name, ...target })),
    policies: [{ id: 'quiet', steps: [{ after: longer, tier: 'L1', notify: ['chat'] }] }],
  };
}

const notifiers = {
  kind: 'Notifiers',
  notifiers: [{ id: 'nobody', type: 'log' }],
  channels: { chat: { default: 'nobody' } },
};
