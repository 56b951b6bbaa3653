import type { BundleFiles, Issue } from '../domain/rules/bundle.js';
import { compileBundle } from '../domain/rules/compile-bundle.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import { runSteps, type Steps } from '../domain/rules/run-steps.js';
import type { BundleReader, Clock, ParseAside, ParsedBundle } from './ports.js';
import { runInTurns } from './run-in-turns.js';

export interface LoadedRules {
  /** null when there is an error among the issues. */
  readonly ruleSet: RuleSet | null;
  readonly issues: readonly Issue[];
  /** SHA-256 of the files in hex. */
  readonly hash: string;
}

/** Turns the files of a bundle, from disk or from the store, into a rule set. Does no I/O, and nothing else happens meanwhile. */
export type LoadRules = (files: BundleFiles) => LoadedRules;

/** The same beside other work, none of which waits long for it. Rejects as `ParseAside` does. */
export type LoadRulesAside = (files: BundleFiles) => Promise<LoadedRules>;

/** With a clock it also warns of what is long over. */
export function createRuleLoader({
  reader,
  clock,
}: {
  readonly reader: Pick<BundleReader, 'parse' | 'hash'>;
  readonly clock?: Pick<Clock, 'now'>;
}): LoadRules {
  return (files) => {
    const now = clock === undefined ? {} : { now: clock.now() };
    return runSteps(load(reader.parse(files), { hash: reader.hash(files), ...now }));
  };
}

/** Warns of what is long over, too. */
export function createRuleLoaderAside({
  parse,
  hash,
  clock,
}: {
  readonly parse: ParseAside;
  readonly hash: BundleReader['hash'];
  readonly clock: Pick<Clock, 'now'>;
}): LoadRulesAside {
  return async (files) => {
    const parsed = await parse(files);
    return runInTurns(load(parsed, { hash: hash(files), now: clock.now() }), clock);
  };
}

function* load(
  { documents, tables, issues }: ParsedBundle,
  given: { readonly hash: string; readonly now?: number },
): Steps<LoadedRules> {
  const { hash } = given;
  if (issues.some(({ level }) => level === 'error')) return { ruleSet: null, issues, hash };
  const compiled = yield* compileBundle({ documents, tables, ...given });
  return { ruleSet: compiled.ruleSet, issues: [...issues, ...compiled.issues], hash };
}
