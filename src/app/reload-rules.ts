import type { Issue } from '../domain/rules/bundle.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { LoadRules } from './load-rules.js';
import type { BundleReader, Clock, EventLog, Store } from './ports.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import type { ShardRunner } from './run-shard.js';
import type { Emit } from './telemetry-events.js';

export type ReloadResult =
  | { readonly kind: 'reloaded' | 'unchanged'; readonly revision: string; readonly issues: readonly Issue[] }
  /** The bundle on disk has errors: `revision`, the old one, stays in force. */
  | { readonly kind: 'refused'; readonly revision: string; readonly issues: readonly Issue[] };

/** What the world may ask about the rules in force. */
export interface RulesDesk {
  current(): RuleSet;
  /** Hits and last hit (Unix ms) of a rule by id. */
  hits(rule: string): { readonly count: number; readonly lastAt: number | null };
  /** The last reload that was refused, if none succeeded since. */
  lastFailure(): { readonly at: number; readonly issues: readonly Issue[]; readonly message: string } | null;
  /** Checks and builds all of the bundle on disk, then appends one `rules-changed`. Resolves when the shard is judged by it. */
  reload(by: string): Promise<ReloadResult>;
}

interface RulesDeskDependencies {
  readonly reader: Pick<BundleReader, 'read'>;
  readonly loadRules: LoadRules;
  readonly library: RuleSetLibrary;
  readonly store: Pick<Store, 'saveBundle'>;
  readonly log: Pick<EventLog, 'append'>;
  readonly runner: Pick<ShardRunner, 'rulesHash' | 'reached' | 'committed'>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** All fallible work comes first; then one entry swaps the rules. Reloads run one after the other. */
export function createRulesDesk(dependencies: RulesDeskDependencies): RulesDesk {
  const { library, runner } = dependencies;
  let failure: ReturnType<RulesDesk['lastFailure']> = null;
  let queue: Promise<unknown> = Promise.resolve();

  const current = (): RuleSet => library.get(runner.rulesHash() ?? '');

  function fail(error: unknown, issues: readonly Issue[]): void {
    const message = error instanceof Error ? error.message : String(error);
    failure = { at: dependencies.clock.now(), issues, message };
    dependencies.emit({ kind: 'rules-reload-failed', error, issues: issues.length });
  }

  async function reload(by: string): Promise<ReloadResult> {
    try {
      const result = await tryReload(dependencies, { by, current: current() });
      if (result.kind === 'refused') fail(firstError(result.issues), result.issues);
      else failure = null;
      return result;
    } catch (error) {
      fail(error, []);
      throw error;
    }
  }

  return {
    current,
    hits(rule) {
      const committed = runner.committed();
      return {
        count: committed?.totals.counters['rule_hits']?.[rule] ?? 0,
        lastAt: committed?.ruleLastHits[rule] ?? null,
      };
    },
    lastFailure: () => failure,
    reload(by) {
      const result = queue.then(() => reload(by));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}

async function tryReload(
  dependencies: RulesDeskDependencies,
  asked: { by: string; current: RuleSet },
): Promise<ReloadResult> {
  const files = await dependencies.reader.read();
  const { ruleSet, issues, hash } = dependencies.loadRules(files);
  if (ruleSet === null) return { kind: 'refused', revision: asked.current.revision, issues };
  const isNew = hash !== asked.current.hash;
  if (isNew) {
    await dependencies.store.saveBundle(hash, files);
    const { position } = await dependencies.log.append(0, [{ kind: 'rules-changed', hash, by: asked.by }]);
    await dependencies.runner.reached(position);
  }
  // Said of an unchanged bundle too: after a refused one it means that the disk is right again.
  const { revision, catalogue } = ruleSet;
  dependencies.emit({ kind: 'rules-loaded', revision, rules: catalogue.length, origin: 'reload' });
  return { kind: isNew ? 'reloaded' : 'unchanged', revision, issues };
}

function firstError(issues: readonly Issue[]): string {
  const issue = issues.find(({ level }) => level === 'error');
  if (issue === undefined) return 'the bundle was refused';
  const { file, line, column } = issue.place;
  return `${file}:${line}:${column} ${issue.code}: ${issue.message}`;
}
