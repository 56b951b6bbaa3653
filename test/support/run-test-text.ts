import { createBundleReader } from '../../src/adapters/files/bundle-reader.js';
import { createRuleTestReader } from '../../src/adapters/files/rule-test-reader.js';
import { runRuleTests, type RuleTestReport } from '../../src/app/run-rule-tests.js';
import { inRepository, overMinimal } from './fixture-bundle.js';

const directory = inRepository('test', 'fixtures', 'bundles', 'minimal');
const head = `apiVersion: tocsin/v1
kind: RuleTest
start: 2026-11-23T10:00:00
`;

/** Runs a document of tests, written without its first three lines, by the minimal bundle. The text begins on line 4. */
export function runTestText(
  text: string,
  options: {
    readonly filter?: string;
    readonly files?: ReadonlyMap<string, string>;
    /** Files of the bundle in place of the minimal one's, or beside them. */
    readonly bundle?: Readonly<Record<string, string>>;
  } = {},
): Promise<RuleTestReport> {
  const bundle = overMinimal(Object.entries(options.bundle ?? {}));
  const rules = { ...createBundleReader({ directory }), read: () => Promise.resolve(bundle) };
  const files = new Map([['tests/a.test.yaml', head + text], ...(options.files ?? [])]);
  const { filter } = options;
  return runRuleTests({
    rules,
    tests: { ...createRuleTestReader({ directory }), read: () => Promise.resolve(files) },
    clock: { now: () => 0 },
    ...(filter !== undefined && { filter }),
    onProgress: () => Promise.resolve(),
  });
}

/** The messages of failures of the only test, each with the line of its expectation and what differs. */
export async function failuresOf(text: string): Promise<readonly (readonly [number, string, ...string[]])[]> {
  const { results, issues } = await runTestText(text);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return results.flatMap(({ failures }) =>
    failures.map(({ place, message, lines }) => [place.line, message, ...lines] as const),
  );
}
