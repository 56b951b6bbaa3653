import { compileRuleTest } from '../domain/rule-test/compile-rule-test.js';
import { runScenario } from '../domain/rule-test/run-scenario.js';
import type { Scenario, ScenarioResult } from '../domain/rule-test/scenario.js';
import { ruleKey } from '../domain/rule-test/touched-rules.js';
import type { BundleFiles, Issue } from '../domain/rules/bundle.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import { createRuleLoader } from './load-rules.js';
import type { BundleReader, Clock } from './ports.js';

/** Reads the tests beside a bundle. */
export type RuleTestReader = Pick<BundleReader, 'read' | 'parse'>;

export interface TimedResult extends ScenarioResult {
  readonly durationMs: number;
}

export interface RuleTestReport {
  /** Of the bundle and of the tests. With an error among them nothing was run. */
  readonly issues: readonly Issue[];
  /** All texts, for code frames. */
  readonly files: BundleFiles;
  readonly results: readonly TimedResult[];
  /** Tests that the filter left out. */
  readonly skipped: number;
  /** Rules that no test that ran had anything to do with. */
  readonly untouched: RuleSet['catalogue'];
  readonly revision: string | null;
}

/** Runs the tests of a bundle, one after the other, each on an engine of its own. Rejects with TocsinError `rules-unreadable`. */
export async function runRuleTests(deps: {
  readonly rules: BundleReader;
  readonly tests: RuleTestReader;
  readonly clock: Pick<Clock, 'now'>;
  /** Only tests of which file, title or name contains this, whatever its case. */
  readonly filter?: string;
  /** Is told before each test, and may wait: nothing else happens meanwhile. */
  readonly onProgress: (done: number, all: number, scenario: Scenario) => Promise<void>;
}): Promise<RuleTestReport> {
  const { rules: reader, tests, clock, onProgress } = deps;
  const bundle = await reader.read();
  const loaded = createRuleLoader({ reader, clock })(bundle);
  const written = await tests.read();
  const files = new Map([...bundle, ...written]);
  const parsed = tests.parse(written);
  const nothing = { results: [], skipped: 0, untouched: [], revision: null };
  const { ruleSet } = loaded;
  if (ruleSet === null) return { ...nothing, files, issues: [...loaded.issues, ...parsed.issues] };
  const compiled = parsed.documents.map((document) => compileRuleTest(document, ruleSet));
  const issues = [...loaded.issues, ...parsed.issues, ...compiled.flatMap((one) => one.issues)];
  if (issues.some(({ level }) => level === 'error')) return { ...nothing, files, issues };
  const all = compiled.flatMap(({ scenarios }) => scenarios);
  const wanted = all.filter((scenario) => isWanted(scenario, deps.filter));
  const results: TimedResult[] = [];
  for (const [i, scenario] of wanted.entries()) {
    await onProgress(i, wanted.length, scenario);
    const startedAt = clock.now();
    const result = runScenario(scenario);
    results.push({ ...result, durationMs: clock.now() - startedAt });
  }
  const touched = new Set(results.flatMap((one) => [...one.touched]));
  const untouched = ruleSet.catalogue.filter((rule) => !touched.has(ruleKey(rule)));
  const skipped = all.length - wanted.length;
  return { issues, files, results, skipped, untouched, revision: ruleSet.revision };
}

function isWanted({ name, title, place }: Scenario, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  const text = `${place.file} ${title ?? ''} ${name}`.toLowerCase();
  return text.includes(filter.toLowerCase());
}
