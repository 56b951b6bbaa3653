import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface AcceptanceBundle {
  /** Labels that rules may read beside the common ones. */
  readonly labels: readonly string[];
  /** Alerts that carry all of these labels are one incident for each set of values; empty: every alert is its own. */
  readonly groupBy: readonly string[];
  /** Labels that spread alerts over the shards of the log; none: all are on shard 0. */
  readonly partitionBy?: readonly string[];
  /** Receiver of every notification; without one they go to the log. */
  readonly webhookUrl?: string;
  /** Alerts of this name are held back for an hour, and dropped where they resolve before; a rule in shadow is about them too. */
  readonly held?: string;
  /** The policy also warns at half of a clock, repeats its last step after half a second, and engineers are told of everything. */
  readonly talkative?: boolean;
  /** Another edition has another revision and judges the same. */
  readonly edition?: number;
  /** How long a group stays open without a new alert; default 1h. */
  readonly idle?: string;
}

const header = { apiVersion: 'tocsin/v1', owner: 'operations' };

/**
 * Writes a small bundle with quick clocks into an existing or new directory, file by file and each at once. Every alert is P3
 * unless its severity says otherwise; unacknowledged incidents go from L1 to L2 after 1.5 s and to L3 after 3 s, and breach
 * their acknowledge target after 2 s.
 */
export async function writeAcceptanceBundle(directory: string, bundle: AcceptanceBundle): Promise<void> {
  await mkdir(directory, { recursive: true });
  const files = new Map([
    ['bundle.yaml', settings(bundle)],
    ['teams.yaml', teams],
    ['services.yaml', services],
    ['triage.yaml', triage(bundle)],
    ['priority.yaml', priority],
    ['routing.yaml', routing(bundle.talkative ?? false)],
    ['escalation.yaml', escalation(bundle.talkative ?? false)],
    ['notifiers.yaml', notifiers(bundle.webhookUrl)],
    ...(bundle.groupBy.length === 0 ? [] : [['correlation.yaml', correlation(bundle)] as const]),
  ]);
  for (const [name, document] of files) {
    await replaceFile(join(directory, name), stringify({ ...header, ...document }));
  }
}

/** A reader sees the old text or the new one, never a part. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.next`, text);
  await rename(`${path}.next`, path);
}

function settings(bundle: AcceptanceBundle): object {
  const names = new Set(['alertname', ...bundle.labels, ...bundle.groupBy]);
  return {
    kind: 'Bundle',
    name: 'acceptance',
    ...(bundle.partitionBy === undefined ? {} : { partitionBy: bundle.partitionBy }),
    defaults: { ttl: '6h', autoResolve: '6h', reopenWithin: '1h', autoClose: '72h' },
    fields: Object.fromEntries([...names].map((name) => [`labels.${name}`, { type: 'string' }])),
    sets: [
      { id: 'classify', stage: 'classify', mode: 'first' },
      { id: 'adjust', stage: 'adjust', mode: 'all' },
    ],
  };
}

const teams = {
  kind: 'Teams',
  teams: [
    { id: 'desk', tiers: ['L1'], calendar: 'always' },
    { id: 'operations', tiers: ['L2'], calendar: 'always' },
    { id: 'engineers', tiers: ['L3'], calendar: 'always' },
  ],
};

const services = {
  kind: 'Services',
  services: [{ id: 'shop', tier: 2, team: 'operations', bind: [{ 'labels.alertname': 'ShopDown' }] }],
};

function triage({ edition = 0, held }: AcceptanceBundle): object {
  const hold = {
    id: 'hold',
    set: 'adjust',
    title: 'Wait for it to last',
    match: { 'labels.alertname': held ?? '' },
    then: { hold: { for: '1h' } },
  };
  const trial = {
    id: 'trial',
    set: 'classify',
    status: 'shadow',
    match: { 'labels.alertname': held ?? '' },
    then: { category: 'availability/blips' },
  };
  return {
    kind: 'Triage',
    rules: [
      {
        id: 'anything',
        set: 'classify',
        title: `Everything, edition ${edition}`,
        catchAll: true,
        then: { category: 'availability/errors', impact: 'medium' },
      },
      ...(held === undefined ? [] : [hold, trial]),
    ],
  };
}

function correlation({ groupBy, idle = '1h' }: AcceptanceBundle): object {
  const fields = groupBy.map((name) => `labels.${name}`);
  return {
    kind: 'Correlation',
    rules: [
      {
        id: 'same-labels',
        type: 'group',
        title: 'One incident for each set of values',
        match: Object.fromEntries(fields.map((field) => [field, { exists: true }])),
        by: fields,
        window: { mode: 'session', idle, maxAge: '6h' },
        maxAlerts: 100_000,
        overflow: 'count',
      },
    ],
  };
}

const priority = {
  kind: 'Priority',
  scales: { impact: ['high', 'medium', 'low'], urgency: ['high', 'medium', 'low'] },
  matrix: {
    high: { high: 'P1', medium: 'P2', low: 'P3' },
    medium: { high: 'P2', medium: 'P3', low: 'P4' },
    low: { high: 'P3', medium: 'P4', low: 'P5' },
  },
  defaults: {
    impactFromTier: { 1: 'high', 2: 'medium', 3: 'low', 4: 'low', none: 'medium' },
    urgencyFromSeverity: {
      critical: 'high',
      error: 'medium',
      warning: 'medium',
      info: 'medium',
      none: 'medium',
    },
  },
  incident: { impact: 'max', urgency: 'max', lowerOnlyAfter: '15m' },
};

function routing(talkative: boolean): object {
  const also = talkative ? { alsoNotify: ['engineers'] } : {};
  return { kind: 'Routing', root: { id: 'everything', tier: 'L1', team: 'desk', policy: 'quick', ...also } };
}

const escalation = (talkative: boolean): object => ({
  kind: 'Escalation',
  tiers: [
    { id: 'L1', name: 'Service desk', team: 'desk' },
    { id: 'L2', name: 'Operations', team: 'operations' },
    { id: 'L3', name: 'Engineers', team: 'engineers' },
  ],
  sla: ['P1', 'P2', 'P3', 'P4', 'P5'].map((name) => ({ priority: name, acknowledge: '2s', resolve: '2d' })),
  policies: [
    {
      id: 'quick',
      steps: [
        { after: '0s', tier: 'L1', notify: ['chat'] },
        { after: '1500ms', ifNot: 'acknowledged', tier: 'L2', notify: ['page'] },
        { after: '3s', ifNot: 'acknowledged', tier: 'L3', notify: ['page'] },
      ],
      ...(talkative && { repeat: { every: '500ms', max: 1 }, warnAt: [0.5] }),
    },
  ],
});

function notifiers(webhookUrl: string | undefined): object {
  return {
    kind: 'Notifiers',
    notifiers: [
      webhookUrl === undefined
        ? { id: 'receiver', type: 'log' }
        : { id: 'receiver', type: 'webhook', url: webhookUrl },
    ],
    channels: Object.fromEntries(
      ['chat', 'page', 'reporter'].map((channel) => [channel, { default: 'receiver' }]),
    ),
  };
}
