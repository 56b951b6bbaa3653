import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import type { LogRecord } from '../../../src/domain/alert/entry.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { createEngine, type Engine } from '../../../src/domain/triage/engine.js';
import { describeAlert } from '../../../src/domain/triage/describe-alert.js';
import { emptyLedger, imageOf, morning } from '../../support/engine-world.js';
import { inRepository } from '../../support/fixture-bundle.js';
import { groupByService } from '../../support/sample-rules.js';
import { seededRandom } from '../../support/seeded-random.js';
import { makeSeriesAlert } from '../ingest/alert-series.js';
import type { Goal } from '../ingest/goal.js';
import { cpuMicros } from './cpu-micros.js';

const records = 160;
/** Of these: until most of the groups have their incident. */
const warmUp = 100;
const batch = 100;
const rounds = 9;

/** What the rules of the default bundle cost: the engine's own time as in the ingest benchmark, and one description. */
export async function runBundle(seed: number, show: (line: string) => void): Promise<readonly Goal[]> {
  const reader = createBundleReader({ directory: inRepository('rules') });
  const { ruleSet: loaded } = createRuleLoader({ reader })(await reader.read());
  if (loaded === null) throw new Error('The default bundle does not compile.');
  const ruleSet = groupedAlike(loaded);
  const sets = { all: ruleSet, three: threeRules(ruleSet), linear: oneByOne(ruleSet) };
  const log = makeLog(seed);
  const alerts = log.flatMap(({ entries }) => entries.flatMap(alertsOf));
  const best = { all: Infinity, three: Infinity, linear: Infinity };
  const bestDescribed = { ...best };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of inTurn(['all', 'three', 'linear'] as const, round)) {
      best[name] = Math.min(best[name], timeEngine(sets[name], log) / ((records - warmUp) * batch));
      const described = cpuMicros(() => {
        for (const alert of alerts.slice(0, 2_000)) describeAlert(alert, sets[name], morning);
      });
      bestDescribed[name] = Math.min(bestDescribed[name], described / 2_000);
    }
  }
  const micros = (of: typeof best): string =>
    `default bundle ${of.all.toFixed(2)}, one by one ${of.linear.toFixed(2)}, three rules ${of.three.toFixed(2)}`;
  show(`microseconds per alert in the engine, one of ten new: ${micros(best)}`);
  show(`microseconds per alert described without memory: ${micros(bestDescribed)}`);
  return [
    {
      ...{
        name: 'engine with the default bundle beside three rules',
        unit: 'x',
        bound: 'at most',
        limit: 1.15,
      },
      ...{ value: best.all / best.three, detail: micros(best) },
    },
    {
      ...{ name: 'default bundle looked up beside one by one', unit: 'x', bound: 'at most', limit: 1 },
      ...{ value: bestDescribed.all / bestDescribed.linear, detail: micros(bestDescribed) },
    },
  ];
}

/** Groups of alerts that do not hang on what the rules say, as in the ingest benchmark: all rule sets open the same incidents. */
function groupedAlike(rules: RuleSet): RuleSet {
  const by = ['alertname', 'cluster', 'namespace'].map((name) => ({ kind: 'label', name }) as const);
  return { ...rules, groups: [groupByService({ by })], inhibitions: [] };
}

/** One rule a stage, the one that catches all among them, which writes no label here; all else as it is. */
function threeRules(rules: RuleSet): RuleSet {
  const { normalize, classify, adjust } = rules;
  const catchAll = classify.slice(-1).map((rule) => ({ ...rule, then: { category: 'unknown' } }));
  return {
    ...rules,
    ...{ normalize: normalize.slice(0, 1), bindings: [], classify: catchAll },
    adjust: adjust.slice(0, 1),
  };
}

/** Lists of their own have no index. */
function oneByOne(rules: RuleSet): RuleSet {
  const { normalize, bindings, classify, adjust, groups } = rules;
  return {
    ...rules,
    ...{ normalize: [...normalize], bindings: [...bindings], classify: [...classify] },
    ...{ adjust: [...adjust], groups: [...groups] },
  };
}

/** Nine of ten alerts repeat a series. */
function makeLog(seed: number): readonly LogRecord[] {
  const random = seededRandom(seed);
  const series: IncomingAlert[] = [];
  return Array.from({ length: records }, (_, index) => {
    const alerts = Array.from({ length: batch }, (__, place) => {
      const known = place % 10 === 0 || series.length < batch ? undefined : random.pick(series);
      if (known !== undefined) return { ...known, endsAt: morning + 600_000 + index };
      const { labels, annotations } = makeSeriesAlert(series.length, random);
      const alert: IncomingAlert = {
        ...{ source: 'prometheus', fingerprint: fingerprint(labels), severity: 'warning' },
        ...{ title: annotations.summary, labels, annotations, endsAt: morning + 600_000 },
      };
      series.push(alert);
      return alert;
    });
    return { position: index + 2, at: morning + index, entries: [{ kind: 'alerts', alerts }] };
  });
}

function timeEngine(rules: RuleSet, log: readonly LogRecord[]): number {
  const engine: Engine = createEngine({
    ...{ shard: 0, image: imageOf(emptyLedger(), 0), ruleSet: () => rules },
  });
  const first: LogRecord = {
    ...{ position: 1, at: morning, entries: [{ kind: 'rules-changed', hash: rules.hash, by: 'bench' }] },
  };
  engine.apply(first);
  const apply = (some: readonly LogRecord[]): void => {
    for (const record of some) {
      engine.apply(record);
      engine.cut();
    }
  };
  apply(log.slice(0, warmUp));
  return cpuMicros(() => {
    apply(log.slice(warmUp));
  });
}

function alertsOf(entry: LogRecord['entries'][number]): readonly IncomingAlert[] {
  return entry.kind === 'alerts' ? entry.alerts : [];
}

/** Each comes first as often as the others. */
function inTurn<T>(all: readonly T[], turn: number): readonly T[] {
  const first = turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
