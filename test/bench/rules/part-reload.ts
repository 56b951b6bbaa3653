import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import type { BundleDocument } from '../../../src/domain/rules/bundle.js';
import { compileBundle } from '../../../src/domain/rules/compile-bundle.js';
import { indexRuleSet } from '../../../src/domain/rules/match-index/rule-indexes.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { runSteps } from '../../../src/domain/rules/run-steps.js';
import { createWorld } from '../../support/engine-world.js';
import type { Goal } from '../ingest/goal.js';
import type { BenchCase } from './bench-case.js';
import { manyRulesBundle } from './many-rules-bundle.js';

/** A bundle of 10,000 rules, from its text to the rules in force. CPU time, all in one go. */
export function runReload(bench: BenchCase, seed: number, show: (line: string) => void): readonly Goal[] {
  const files = manyRulesBundle(bench, seed);
  const reader = createBundleReader({ directory: '.' });
  const parsed = timed(() => reader.parse(files));
  const compiled = timed(() => compile(parsed.result.documents));
  const indexed = timed(() => runSteps(indexRuleSet(compiled.result)));
  const swapped = timed(() => {
    swapTo(compiled.result);
  });
  const memory = memoryOf(() => compile(reader.parse(files).documents));
  show(
    `reload of ${bench.rules} rules: parse ${parsed.ms.toFixed(0)} ms, compile ${compiled.ms.toFixed(0)} ms, ` +
      `of which index ${indexed.ms.toFixed(0)} ms, swap ${swapped.ms.toFixed(1)} ms of CPU time`,
  );
  show(
    `memory per rule: ${(memory.all / bench.rules).toFixed(0)} bytes, of which index ${(memory.index / bench.rules).toFixed(0)}`,
  );
  return [
    {
      ...{ name: 'compile and swap of 10,000 rules', unit: 'ms', bound: 'at most', limit: 2_000 },
      ...{ value: compiled.ms + swapped.ms, detail: 'CPU time, without the parsing of the text' },
    },
  ];
}

function compile(documents: readonly BundleDocument[]): RuleSet {
  const { ruleSet, issues } = runSteps(compileBundle({ documents, hash: 'bench' }));
  if (ruleSet === null) throw new Error(`The bundle does not compile: ${JSON.stringify(issues[0])}`);
  return ruleSet;
}

/** In an engine that has other rules. */
function swapTo(rules: RuleSet): void {
  const world = createWorld();
  world.use(rules);
}

/** Bytes that a rule set holds once garbage is collected, and that another index of it holds. */
function memoryOf(make: () => RuleSet): { readonly all: number; readonly index: number } {
  const held: unknown[] = [];
  const before = heapAfterCollection();
  const ruleSet = make();
  held.push(ruleSet);
  const withRules = heapAfterCollection();
  held.push(runSteps(indexRuleSet(ruleSet)));
  const withBoth = heapAfterCollection();
  held.length = 0;
  return { all: withRules - before, index: withBoth - withRules };
}

function timed<T>(run: () => T): { readonly result: T; readonly ms: number } {
  const begun = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(begun);
  return { result, ms: (user + system) / 1_000 };
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
