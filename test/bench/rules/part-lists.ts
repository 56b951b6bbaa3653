import type { Alert, IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { LabelMatcher } from '../../../src/domain/alert/label-matcher.js';
import { indexRuleSet } from '../../../src/domain/rules/match-index/rule-indexes.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { runSteps } from '../../../src/domain/rules/run-steps.js';
import { alertSubject } from '../../../src/domain/triage/alert-subject.js';
import { applySilences } from '../../../src/domain/triage/apply-silences.js';
import { applyMaintenance } from '../../../src/domain/triage/maintain.js';
import { route } from '../../../src/domain/triage/route.js';
import { findSides } from '../../../src/domain/triage/side-finder.js';
import { createShardState, type ShardState } from '../../../src/domain/triage/shard-state.js';
import type { Silence } from '../../../src/domain/triage/silence.js';
import { emptyLedger, imageOf, morning } from '../../support/engine-world.js';
import { sampleAlert } from '../../support/sample-documents.js';
import { inhibition, literal, maintenance, ref, sampleRules } from '../../support/sample-rules.js';
import type { Goal } from '../ingest/goal.js';
import { benchCases, type BenchCase } from './bench-case.js';
import { cpuMicros } from './cpu-micros.js';
import { makeAlerts } from './make-alerts.js';
import { makeRules, type BenchRule, type Condition } from './make-rules.js';
import { compileRules } from './subject-tocsin.js';

const rounds = 6;
const perRound = 1_000;
/** One by one 10,000 take milliseconds. */
const perRoundOneByOne = 20;

/** What is looked up beside rules that describe alerts, and how: `fast` by the index, `plain` one by one. */
interface ListKind {
  readonly name: string;
  readonly fast: (alert: Alert) => unknown;
  readonly plain: (alert: Alert) => unknown;
}

/** Silences, windows of maintenance, inhibitions and routes as many as there are rules in a case, each asking for what such a rule asks. */
export function runLists(seed: number, show: (line: string) => void): readonly Goal[] {
  show('microseconds per alert held against   100 and 10,000 of them; 10,000 one by one');
  const [few, many] = ['rules-100', 'rules-10000'].map((name) => {
    const bench = benchCases.find((one) => one.name === name) as BenchCase;
    return measureAll(bench, seed);
  }) as [readonly Measured[], readonly Measured[]];
  return many.map(({ name, fast, plain }, index): Goal => {
    const ofFew = few[index] as Measured;
    show(`${name.padEnd(36)} ${ofFew.fast.toFixed(2)} and ${fast.toFixed(2)}; ${plain.toFixed(0)}`);
    return {
      ...{ name: `10,000 ${name} looked up beside one by one`, unit: 'x', bound: 'at most', limit: 0.05 },
      ...{ value: fast / plain, detail: `${fast.toFixed(2)} to ${plain.toFixed(0)} µs` },
    };
  });
}

interface Measured {
  readonly name: string;
  readonly fast: number;
  readonly plain: number;
}

function measureAll(bench: BenchCase, seed: number): readonly Measured[] {
  const rules = makeRules(bench, seed);
  const alerts = makeAlerts(bench, rules, { count: perRound * rounds, seed }).map(asAlert);
  return kindsOf(rules, bench).map(({ name, fast, plain }) => {
    for (const alert of alerts.slice(0, 200)) {
      if (JSON.stringify(fast(alert)) !== JSON.stringify(plain(alert)))
        throw new Error(
          `Of ${name} the index finds others than there are for ${JSON.stringify(alert.labels)}.`,
        );
    }
    const best = { fast: Infinity, plain: Infinity };
    for (let round = 0; round < rounds; round += 1) {
      const fresh = alerts.slice(round * perRound, (round + 1) * perRound);
      best.fast = Math.min(best.fast, timeEach(fresh, fast));
      best.plain = Math.min(best.plain, timeEach(fresh.slice(0, perRoundOneByOne), plain));
    }
    return { name, ...best };
  });
}

function timeEach(alerts: readonly Alert[], run: (alert: Alert) => unknown): number {
  return (
    cpuMicros(() => {
      alerts.forEach(run);
    }) / alerts.length
  );
}

function asAlert({ labels, title, severity, values }: IncomingAlert): Alert {
  return sampleAlert({ labels, title, severity, values: values ?? null, status: 'firing', lingers: null });
}

function kindsOf(rules: readonly BenchRule[], bench: BenchCase): readonly ListKind[] {
  const matchers = compileRules(rules, bench).adjust.map(({ match }) => match);
  const sample = sampleRules();
  const common = {
    tier: 'L1',
    team: literal('desk'),
    policy: 'standard',
    alsoNotify: [],
    routes: [],
  } as const;
  const plain: RuleSet = {
    ...sample,
    maintenance: matchers.map((match, at) =>
      maintenance([morning, morning + 3_600_000], { match, ref: ref(`w${at}`) }),
    ),
    inhibitions: matchers.map((when, at) =>
      inhibition({ when, mute: matchers[at - 1] ?? when, ref: ref(`i${at}`) }),
    ),
    routing: {
      ...sample.routing,
      routes: matchers.map((match, at) => ({ ...common, match, ref: ref(`r${at}`), activeDuring: null })),
    },
  };
  const fast = { ...plain, indexes: runSteps(indexRuleSet(plain)) };
  const silences = rules.map(({ conditions }, at) => silenceOf(String(at), conditions));
  const states = { fast: stateWith(fast, silences), plain: stateWith(plain, silences) };
  const both = (name: string, run: (state: ShardState, alert: Alert) => unknown): ListKind => ({
    name,
    fast: (alert) => run(states.fast, alert),
    plain: (alert) => run(states.plain, alert),
  });
  return [
    {
      name: 'silences',
      fast: (alert) => applySilences(alert, states.fast.activeSilences.about(alert.labels)),
      plain: (alert) => applySilences(alert, states.fast.silences.values()),
    },
    both('windows', applyMaintenance),
    both('inhibitions', ({ rules: inForce }, alert) =>
      findSides(alertSubject(alert, null), inForce as RuleSet, rethrow).map(({ rule, ...sides }) => [
        rule.ref.id,
        sides,
      ]),
    ),
    both('routes', ({ rules: inForce, at }, alert) =>
      route(inForce as RuleSet, alertSubject(alert, null), at),
    ),
  ];
}

function rethrow(_rule: unknown, error: unknown): never {
  throw error;
}

function stateWith(rules: RuleSet, silences: readonly Silence[]): ShardState {
  const image = { ...imageOf(emptyLedger(), 0), silences: [...silences] };
  return Object.assign(createShardState({ shard: 0, shards: 1 }, image), { rules, at: morning });
}

function silenceOf(id: string, conditions: readonly Condition[]): Silence {
  return {
    ...{ id, startsAt: morning, endsAt: morning + 3_600_000, createdAt: morning, updatedAt: morning },
    ...{ createdBy: 'ines', comment: 'known', state: 'active', forgetAt: null },
    matchers: conditions.filter(({ field }) => field !== 'load').map(labelMatcherOf),
  };
}

function labelMatcherOf({ field, op, values }: Condition): LabelMatcher {
  const [first] = values;
  if (op === 'equals') return { name: field, value: String(first), isRegex: false, isEqual: true };
  const value = op === 'in' ? values.join('|') : op === 'prefix' ? `${first}.*` : String(first);
  return { name: field, value, isRegex: true, isEqual: true };
}
