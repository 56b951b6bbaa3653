import type { RuleSet } from '../domain/rules/rule-set.js';
import type { LoadRulesAside } from './load-rules.js';
import type { Store } from './ports.js';
import { TocsinError } from './tocsin-error.js';

/** Compiled rule sets by hash. The engine takes its rules from here, and here they come from the store, never from disk. */
export interface RuleSetLibrary {
  /** Makes sure that `get` of the hash works until a few others have been loaded. Refuses with `rules-missing` or `rules-broken`. */
  load(hash: string): Promise<RuleSet>;
  /** Throws for a hash that was not loaded lately. */
  get(hash: string): RuleSet;
}

/** Compiled rule sets as long as some library holds them. */
export interface CompiledRuleSets {
  get(hash: string, compile: (hash: string) => Promise<RuleSet>): Promise<RuleSet>;
  keep(ruleSet: RuleSet): void;
}

/** Loads as before, and what it compiles is not compiled again for as long as somebody holds it. */
export function keepCompiled(loadRules: LoadRulesAside, compiled: CompiledRuleSets): LoadRulesAside {
  return async (files) => {
    const loaded = await loadRules(files);
    if (loaded.ruleSet !== null) compiled.keep(loaded.ruleSet);
    return loaded;
  };
}

export function createCompiledRuleSets(): CompiledRuleSets {
  const made = new Map<string, WeakRef<RuleSet>>();
  const underWay = new Map<string, Promise<RuleSet>>();
  const keep = (ruleSet: RuleSet): void => void made.set(ruleSet.hash, new WeakRef(ruleSet));
  return {
    keep,
    get(hash, compile) {
      const known = made.get(hash)?.deref();
      if (known !== undefined) return Promise.resolve(known);
      const making =
        underWay.get(hash) ??
        compile(hash)
          .then((ruleSet) => {
            keep(ruleSet);
            return ruleSet;
          })
          .finally(() => underWay.delete(hash));
      underWay.set(hash, making);
      return making;
    },
  };
}

/**
 * As many as one record of the log may name, with those in force: a rule set is loaded right before the record that names it
 * is applied, and every reload for years must not stay in memory.
 */
const keptRuleSets = 4;

export function createRuleSetLibrary(dependencies: {
  readonly store: Pick<Store, 'loadBundle'>;
  readonly loadRules: LoadRulesAside;
  /** Shared with other libraries: each bundle is compiled once for all that hold it. */
  readonly compiled?: CompiledRuleSets;
}): RuleSetLibrary {
  const loaded = new Map<string, RuleSet>();
  const { compiled = createCompiledRuleSets() } = dependencies;

  async function compile(hash: string): Promise<RuleSet> {
    const files = await dependencies.store.loadBundle(hash);
    if (files === null) {
      throw new TocsinError(`The store has no bundle with the hash ${hash} that the log names`, {
        code: 'rules-missing',
        retriable: false,
      });
    }
    const { ruleSet, issues } = await dependencies.loadRules(files);
    if (ruleSet !== null) return ruleSet;
    const first = issues.find(({ level }) => level === 'error');
    throw new TocsinError(
      `The stored bundle ${hash} does not compile with this version of Tocsin: ${first?.message ?? 'unknown reason'}`,
      { code: 'rules-broken', retriable: false },
    );
  }

  return {
    async load(hash) {
      const ruleSet = loaded.get(hash) ?? (await compiled.get(hash, compile));
      loaded.delete(hash);
      loaded.set(hash, ruleSet);
      for (const oldest of loaded.keys()) {
        if (loaded.size <= keptRuleSets) break;
        loaded.delete(oldest);
      }
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
