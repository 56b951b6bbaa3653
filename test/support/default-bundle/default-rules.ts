import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { inRepository } from '../fixture-bundle.js';

/** The bundle in rules/, which has to be without a fault. */
export async function defaultRules(): Promise<{ readonly rules: RuleSet; readonly files: BundleFiles }> {
  const reader = createBundleReader({ directory: inRepository('rules') });
  const files = await reader.read();
  const { ruleSet, issues } = createRuleLoader({ reader })(files);
  if (ruleSet === null || issues.length > 0) throw new Error(JSON.stringify(issues, null, 2));
  return { rules: ruleSet, files };
}
