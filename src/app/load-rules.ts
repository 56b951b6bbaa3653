import type { BundleFiles, Issue } from '../domain/rules/bundle.js';
import { compileBundle } from '../domain/rules/compile-bundle.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { BundleReader, Clock } from './ports.js';

export interface LoadedRules {
  /** null when there is an error among the issues. */
  readonly ruleSet: RuleSet | null;
  readonly issues: readonly Issue[];
  /** SHA-256 of the files in hex. */
  readonly hash: string;
}

/** Turns the files of a bundle, from disk or from the store, into a rule set. Does no I/O. */
export type LoadRules = (files: BundleFiles) => LoadedRules;

/** With a clock it also warns of what is long over. */
export function createRuleLoader({
  reader,
  clock,
}: {
  readonly reader: Pick<BundleReader, 'parse' | 'hash'>;
  readonly clock?: Pick<Clock, 'now'>;
}): LoadRules {
  return (files) => {
    const hash = reader.hash(files);
    const parsed = reader.parse(files);
    if (parsed.issues.some((issue) => issue.level === 'error')) {
      return { ruleSet: null, issues: parsed.issues, hash };
    }
    const compiled = compileBundle({
      ...{ documents: parsed.documents, tables: parsed.tables, hash },
      ...(clock !== undefined && { now: clock.now() }),
    });
    return { ruleSet: compiled.ruleSet, issues: [...parsed.issues, ...compiled.issues], hash };
  };
}
