import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

export interface BenchRules {
  /** Labels whose values make one incident. */
  readonly groupBy: readonly string[];
  /** Labels that spread alerts over the shards of a log that has several. */
  readonly partitionBy?: readonly string[];
  /** Of the rules that describe alerts or mute them only one of each stage of triage: the first, and of classify the last. */
  readonly threeRules?: boolean;
  /** The receiver of all notifications of incidents that such a group has; absent: nobody is told of anything. */
  readonly receiver?: { readonly url: string; readonly label: string };
}

/** As Alertmanager groups in this benchmark, and like there nobody is told. */
export const likeAlertmanager: BenchRules = { groupBy: ['alertname', 'cluster', 'namespace'] };

/** The same, with alerts on all shards. */
export const spreadByNamespace: BenchRules = { ...likeAlertmanager, partitionBy: ['namespace'] };

const head = { apiVersion: 'tocsin/v1', owner: 'platform' };
const window = { mode: 'session', idle: '20m', maxAge: '6h' };

/** The default bundle in a folder of its own, but for what makes one incident and who hears of it. */
export async function writeBenchRules(directory: string, rules: BenchRules): Promise<void> {
  const { groupBy, receiver, partitionBy } = rules;
  await cp(resolve('rules'), directory, { recursive: true });
  await rm(join(directory, 'correlation'), { recursive: true });
  const bundle = parse(await readFile(join(directory, 'bundle.yaml'), 'utf8')) as { fields: object };
  const labels = receiver === undefined ? groupBy : [...groupBy, receiver.label];
  const fields = Object.fromEntries(labels.map((name) => [`labels.${name}`, { type: 'string' }]));
  const documents = {
    'bundle.yaml': {
      ...bundle,
      ...(partitionBy === undefined ? {} : { partitionBy }),
      fields: { ...bundle.fields, ...fields },
    },
    ...(partitionBy === undefined ? {} : { 'inhibition.yaml': await inhibitionWithin(partitionBy) }),
    'correlation.yaml': { ...head, kind: 'Correlation', rules: groupRules(rules) },
    'notifiers.yaml': { ...head, kind: 'Notifiers', ...notifiers(receiver?.url) },
  };
  for (const [name, document] of Object.entries(documents)) {
    await writeFile(join(directory, name), stringify(document));
  }
  if (rules.threeRules === true) await keepThreeRules(directory);
}

interface TriageDocument {
  readonly rules: readonly { readonly set: string; readonly then: object }[];
}

/** No service takes an alert by what it looks like, and none mutes another. What catches all writes no label: that alone would cost as much as many rules. */
async function keepThreeRules(directory: string): Promise<void> {
  const folder = join(directory, 'triage');
  const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const all = texts.flatMap((text) => (parse(text) as TriageDocument).rules);
  const ofSet = (id: string): TriageDocument['rules'] => all.filter(({ set }) => set === id);
  const catchAll = { ...ofSet('classify').at(-1), then: { category: 'unknown' } };
  const three = [ofSet('tidy')[0], catchAll, ofSet('adjust')[0]];
  for (const name of ['triage', 'services', 'maintenance', 'inhibition.yaml'])
    await rm(join(directory, name), { recursive: true });
  await writeFile(join(directory, 'triage.yaml'), stringify({ ...head, kind: 'Triage', rules: three }));
}

/** What mutes and what is muted must be on one shard, so that they are equal in what spreads alerts over shards. */
async function inhibitionWithin(partitionBy: readonly string[]): Promise<object> {
  const inhibition = parse(await readFile(resolve('rules/inhibition.yaml'), 'utf8')) as {
    rules: readonly { readonly equal: readonly string[] }[];
  };
  const keys = partitionBy.map((name) => `labels.${name}`);
  const rules = inhibition.rules.map((rule) => ({ ...rule, equal: [...new Set([...rule.equal, ...keys])] }));
  return { ...inhibition, rules };
}

function groupRules({ groupBy, receiver }: BenchRules): readonly object[] {
  const rule = (id: string, by: readonly string[], weight: number): object => ({
    ...{ id, type: 'group', title: id, weight, window, maxAlerts: 500, overflow: 'count' },
    match: Object.fromEntries(by.map((name) => [`labels.${name}`, { exists: true }])),
    by: by.map((name) => `labels.${name}`),
    then: { incident: { title: `{{labels.${by[0] ?? ''}}}` } },
  });
  return [
    rule('by-labels', groupBy, 10),
    ...(receiver === undefined ? [] : [rule('by-receiver', [receiver.label], 20)]),
  ];
}

function notifiers(url: string | undefined): object {
  const to = url === undefined ? 'none' : 'receiver';
  return {
    notifiers: url === undefined ? [] : [{ id: 'receiver', type: 'webhook', url }],
    channels: { chat: { default: to }, page: { default: to }, nowhere: { default: 'none' } },
  };
}
