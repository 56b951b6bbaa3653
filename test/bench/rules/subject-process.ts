import { performance } from 'node:perf_hooks';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';

import type { BenchCase } from './bench-case.js';
import { cpuMicros } from './cpu-micros.js';
import { makeAlerts } from './make-alerts.js';
import { makeRules } from './make-rules.js';
import { promoteLive } from './promote-live.js';
import { jsonLogicSubject } from './subject-json-logic.js';
import { jsonRulesEngineSubject } from './subject-json-rules-engine.js';
import { describedSubject, indexedSubject, linearSubject, rememberedSubject } from './subject-tocsin.js';
import type { MakeSubject, Subject, SubjectName } from './subject.js';

/** One subject on some cases, by turns. The same seed makes the same rules and alerts in each process. */
export interface SubjectPlan {
  readonly subject: SubjectName;
  readonly cases: readonly BenchCase[];
  readonly seed: number;
  readonly rounds: number;
  /** Milliseconds that a turn may take about. */
  readonly roundMs: number;
  /** Whether it is asked all alerts of the check, however slow it is. */
  readonly isAskedAll: boolean;
}

/** What came of one case. */
export interface SubjectResult {
  /** The rules found for each alert of the check, by id and in order, from the first alert on. */
  readonly found: readonly string[];
  /** Microseconds of CPU time per alert, turn by turn. */
  readonly micros: readonly number[];
  /** The same of JSON.parse of the same alerts, right before each turn. */
  readonly parseMicros: readonly number[];
}

const makers: Readonly<Record<SubjectName, MakeSubject>> = {
  linear: linearSubject,
  indexed: indexedSubject,
  described: describedSubject,
  remembered: rememberedSubject,
  'json-rules-engine': jsonRulesEngineSubject,
  'json-logic-engine': jsonLogicSubject,
};

/** Alerts of the check and of each turn at most. */
const mostPerTurn = 2_000;
/** Not counted: code is still being compiled. */
const warmUpTurns = 3;

/** Entry of a process: takes a plan from its parent, runs it, reports and ends. */
process.once('message', (plan: SubjectPlan) => {
  void runPlan(plan).then((results) => process.send?.(results, undefined, undefined, () => process.exit()));
});

async function runPlan(plan: SubjectPlan): Promise<readonly SubjectResult[]> {
  const runs: CaseRun[] = [];
  for (const bench of plan.cases) runs.push(await prepare(bench, plan));
  const turns = warmUpTurns + plan.rounds;
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const run of turn % 2 === 1 ? runs : runs.toReversed()) await takeTurn(run, turn);
  }
  return runs.map(({ found, micros, parseMicros }) => ({
    ...{ found, micros: micros.slice(warmUpTurns), parseMicros: parseMicros.slice(warmUpTurns) },
  }));
}

interface CaseRun {
  readonly subject: Subject;
  readonly texts: readonly string[];
  readonly perTurn: number;
  readonly found: readonly string[];
  readonly micros: number[];
  readonly parseMicros: number[];
}

/** The check: what the subject finds for alerts that it is not timed on; a slow one is asked fewer. */
async function prepare(bench: BenchCase, plan: SubjectPlan): Promise<CaseRun> {
  const { seed, rounds } = plan;
  const rules = makeRules(bench, seed);
  const count = mostPerTurn * (1 + warmUpTurns + rounds);
  const texts = makeAlerts(bench, rules, { count, seed }).map((alert) => JSON.stringify(alert));
  const subject = makers[plan.subject](rules, bench);
  const found: string[] = [];
  const begun = performance.now();
  for (const text of texts.slice(0, mostPerTurn)) {
    if (!plan.isAskedAll && found.length >= 20 && performance.now() - begun > plan.roundMs * 5) break;
    found.push([...(await subject.match(parseAlert(text)))].sort().join(' '));
  }
  const each = (performance.now() - begun) / found.length;
  const perTurn = Math.max(1, Math.min(mostPerTurn, Math.ceil(plan.roundMs / each)));
  return { subject, texts, perTurn, found, micros: [], parseMicros: [] };
}

async function takeTurn(
  { subject, texts, perTurn, micros, parseMicros }: CaseRun,
  turn: number,
): Promise<void> {
  const fresh = texts.slice(turn * mostPerTurn, (turn + 1) * mostPerTurn);
  parseMicros.push(timeParse(fresh));
  const alerts = fresh.slice(0, perTurn).map(parseAlert);
  // Else a collection within the turn would copy all these alerts, for as much as it costs to describe them.
  promoteLive();
  micros.push(await timeMatch(subject, alerts));
}

async function timeMatch(subject: Subject, alerts: readonly IncomingAlert[]): Promise<number> {
  const begun = process.cpuUsage();
  for (const alert of alerts) {
    const found = subject.match(alert);
    if (found instanceof Promise) await found;
  }
  return cpuMicrosSince(begun) / alerts.length;
}

function timeParse(texts: readonly string[]): number {
  return (
    cpuMicros(() => {
      for (const text of texts) JSON.parse(text);
    }) / texts.length
  );
}

function cpuMicrosSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}

function parseAlert(text: string): IncomingAlert {
  return JSON.parse(text) as IncomingAlert;
}
