import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { importRules } from './import-rules.js';

export interface ImportCheck {
  /** The files of src/ that were looked at, sorted. */
  readonly files: readonly string[];
  /** `rule: from → to`, sorted. */
  readonly violations: readonly string[];
}

/** Holds the imports in `src/` of a source tree against the rules. Type-only imports count. */
export async function checkImports(root: string): Promise<ImportCheck> {
  const { output } = await cruise(['src'], {
    baseDir: root,
    ruleSet: { forbidden: [...importRules] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  const { modules, summary } = output as ICruiseResult;
  return {
    files: modules
      .map(({ source }) => source)
      .filter((source) => source.startsWith('src/'))
      .sort(),
    violations: summary.violations
      .map(({ rule, from, to, cycle }) => {
        const path = cycle === undefined ? [to] : cycle.map(({ name }) => name);
        return `${rule.name}: ${[from, ...path].join(' → ')}`;
      })
      .sort(),
  };
}
