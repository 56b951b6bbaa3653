import type { RuleSet } from '../domain/rules/rule-set.js';
import type { LoadRules } from './load-rules.js';
import type { Store } from './ports.js';
import { TocsinError } from './tocsin-error.js';

/** Compiled rule sets by hash. The engine takes its rules from here, and here they come from the store, never from disk. */
export interface RuleSetLibrary {
  /** Makes sure that `get` of the hash works. Refuses with `rules-missing` or `rules-broken`. */
  load(hash: string): Promise<RuleSet>;
  /** Throws for a hash that was not loaded. */
  get(hash: string): RuleSet;
}

export function createRuleSetLibrary(dependencies: {
  readonly store: Pick<Store, 'loadBundle'>;
  readonly loadRules: LoadRules;
}): RuleSetLibrary {
  const loaded = new Map<string, RuleSet>();

  async function compile(hash: string): Promise<RuleSet> {
    const files = await dependencies.store.loadBundle(hash);
    if (files === null) {
      throw new TocsinError(`The store has no bundle with the hash ${hash} that the log names`, {
        code: 'rules-missing',
        retriable: false,
      });
    }
    const { ruleSet, issues } = dependencies.loadRules(files);
    if (ruleSet !== null) return ruleSet;
    const first = issues.find(({ level }) => level === 'error');
    throw new TocsinError(
      `The stored bundle ${hash} does not compile with this version of Tocsin: ${first?.message ?? 'unknown reason'}`,
      { code: 'rules-broken', retriable: false },
    );
  }

  return {
    async load(hash) {
      const known = loaded.get(hash);
      if (known !== undefined) return known;
      const ruleSet = await compile(hash);
      loaded.set(hash, ruleSet);
      return ruleSet;
    },
    get(hash) {
      const ruleSet = loaded.get(hash);
      if (ruleSet === undefined)
        throw new Error(`invariant: rule set ${hash} is applied before it is loaded`);
      return ruleSet;
    },
  };
}
