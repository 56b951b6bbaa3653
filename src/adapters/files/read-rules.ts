import type { LoadRules, LoadRulesAside } from '../../app/load-rules.js';
import type { BundleReader } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { BundleFiles } from '../../domain/rules/bundle.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { formatIssues } from './format-issues.js';

/** The bundle on disk, which must be right. Rejects with TocsinError `rules-unreadable`, or `rules-broken` with all findings. */
export async function readRules(from: {
  readonly reader: BundleReader;
  readonly loadRules: LoadRules | LoadRulesAside;
  readonly directory: string;
}): Promise<{ readonly files: BundleFiles; readonly ruleSet: RuleSet }> {
  const files = await from.reader.read();
  const { ruleSet, issues } = await from.loadRules(files);
  if (ruleSet !== null) return { files, ruleSet };
  const { directory } = from;
  const report = formatIssues(issues, files, { color: false, directory });
  throw new TocsinError(`The rules in ${directory} have errors:\n\n${report}`, {
    code: 'rules-broken',
    retriable: false,
  });
}
