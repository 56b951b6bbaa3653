import { stringify } from 'yaml';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import { overMinimal } from '../../support/fixture-bundle.js';
import type { BenchCase } from './bench-case.js';
import { makeRules } from './make-rules.js';
import { fieldsOf, writeMatch } from './subject-tocsin.js';

const head = { apiVersion: 'tocsin/v1' };
/** About half a megabyte. */
const rulesPerFile = 2_000;

/** The rules of a case as the files of a bundle, in the stage adjust, with alerts of one service in one incident. */
export function manyRulesBundle(
  bench: BenchCase,
  seed: number,
  more: Iterable<readonly [string, string]> = [],
): BundleFiles {
  const rules = makeRules(bench, seed).map(({ id, conditions }) => {
    return { id, set: 'adjust', match: { all: writeMatch(conditions) }, then: { urgency: 'low' } };
  });
  const files = Array.from({ length: Math.ceil(rules.length / rulesPerFile) }, (_, index) => {
    const own = rules.slice(index * rulesPerFile, (index + 1) * rulesPerFile);
    return [`many-${index}.yaml`, stringify({ ...head, kind: 'Triage', rules: own })] as const;
  });
  const sets = [
    { id: 'tidy', stage: 'normalize', mode: 'all' },
    { id: 'classify', stage: 'classify', mode: 'first' },
    { id: 'adjust', stage: 'adjust', mode: 'all' },
  ];
  const env = { type: 'enum', values: ['prod', 'dev'] };
  const fields = { env, ...Object.fromEntries(fieldsOf(bench)), 'values.ratio': { type: 'number' } };
  return overMinimal([
    ['bundle.yaml', stringify({ ...head, kind: 'Bundle', name: 'bench', fields, sets })],
    ['correlation.yaml', stringify({ ...head, kind: 'Correlation', rules: [group] })],
    ...files,
    ...more,
  ]);
}

const group = {
  ...{ id: 'by-label', type: 'group', by: ['labels.service'] },
  window: { mode: 'session', idle: '20m', maxAge: '6h' },
};
