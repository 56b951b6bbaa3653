import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBundleReader } from '../../src/adapters/files/bundle-reader.js';
import { schemaDirectory } from '../../src/adapters/files/schema-directory.js';
import { createRuleLoader, type LoadedRules } from '../../src/app/load-rules.js';
import type { BundleFiles } from '../../src/domain/rules/bundle.js';

const repository = join(schemaDirectory(), '..');

/** A folder of the repository, from wherever the compiled test runs. */
export function inRepository(...path: readonly string[]): string {
  return join(repository, ...path);
}

const bundles = inRepository('test', 'fixtures', 'bundles');

/** The YAML files and tables of a fixture bundle, which is flat, by path. */
export function fixtureFiles(name: string): Map<string, string> {
  const names = readdirSync(join(bundles, name)).filter((file) => /\.(?:yaml|csv)$/.test(file));
  return new Map(names.map((file) => [pathOf(file), readFileSync(join(bundles, name, file), 'utf8')]));
}

function pathOf(file: string): string {
  return file.endsWith('.csv') ? `tables/${file}` : file;
}

/** The minimal valid bundle with some files replaced or added, in order of paths. */
export function overMinimal(changes: Iterable<readonly [string, string]>): BundleFiles {
  const files = new Map([...fixtureFiles('minimal'), ...changes]);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The fixtures that are the minimal bundle with one mistake. */
export function mistakes(): string[] {
  return readdirSync(bundles).filter((name) => name !== 'minimal');
}

/** What lint has to say about a fixture with a mistake, as its expected.json tells. */
export function expectedIssues(name: string): unknown {
  return JSON.parse(readFileSync(join(bundles, name, 'expected.json'), 'utf8'));
}

/** Before what the windows of the fixtures are about, but for one. */
const clock = { now: () => Date.UTC(2026, 3, 1) };

const loadFiles = createRuleLoader({ reader: createBundleReader({ directory: bundles }), clock });

/** The minimal bundle with changes, through the real parser, schemas and compiler. */
export function loadOverMinimal(changes: Readonly<Record<string, string>>): LoadedRules {
  return loadFiles(overMinimal(Object.entries(changes)));
}

/** The text of a file of the minimal bundle with one part replaced, which must be there. */
export function edited(file: string, from: string, to: string): string {
  const text = fixtureFiles('minimal').get(file) ?? '';
  if (!text.includes(from)) throw new Error(`There is no "${from}" in ${file}.`);
  return text.replace(from, to);
}
