import type { BundleFiles, Issue } from '../domain/rules/bundle.js';
import { createRuleLoader } from './load-rules.js';
import type { BundleReader, Clock } from './ports.js';

export interface LintReport {
  /** All findings; the bundle can be served when none is an error. */
  readonly issues: readonly Issue[];
  /** The texts, for code frames. */
  readonly files: BundleFiles;
  /** How many rules there are; 0 when the bundle has errors. */
  readonly rules: number;
  /** null when the bundle has errors. */
  readonly revision: string | null;
}

/** Reads and checks the bundle on disk. Rejects with TocsinError `rules-unreadable`. */
export async function lintRules({
  reader,
  clock,
}: {
  readonly reader: BundleReader;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<LintReport> {
  const files = await reader.read();
  const { ruleSet, issues } = createRuleLoader({ reader, clock })(files);
  return { issues, files, rules: ruleSet?.catalogue.length ?? 0, revision: ruleSet?.revision ?? null };
}
