import type { BundleFiles, Issue } from '../domain/rules/bundle.js';
import { findSpreadIssue } from '../domain/rules/find-spread-issue.js';
import { findWarming, type WarmingRule } from '../domain/rules/find-warming.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { LoadRulesAside } from './load-rules.js';
import type { BundleReader, Clock, EventLog, Store } from './ports.js';
import { createRuleFacts, type RuleFacts } from './rule-facts.js';
import type { Emit } from './telemetry-events.js';
import type { ShardsWatch } from './watch-shards.js';

export type ReloadResult =
  | {
      readonly kind: 'reloaded' | 'unchanged';
      readonly revision: string;
      readonly issues: readonly Issue[];
      /** Rules that begin anew. */
      readonly warming: readonly WarmingRule[];
    }
  /** The bundle on disk has errors: `revision`, the old one, stays in force. */
  | { readonly kind: 'refused'; readonly revision: string; readonly issues: readonly Issue[] };

/** Files of the bundle as they were read; rejects as that did. */
export type DiskRead = () => Promise<BundleFiles>;

export interface ReloadRequest {
  /** Who asks, as the log of entries will name them. */
  readonly by: string;
  /** A call of the API, or a change on disk that was noticed. */
  readonly origin: 'api' | 'disk';
  /** Absent: the disk as it is when the turn comes. */
  readonly read?: DiskRead;
}

export interface ReloadFailure extends Pick<ReloadRequest, 'by' | 'origin'> {
  readonly at: number;
  readonly issues: readonly Issue[];
  readonly message: string;
}

/** What the world may ask about the rules in force. */
export interface RulesDesk extends Omit<RuleFacts, 'noteReload'> {
  current(): RuleSet;
  /** The last reload that was refused, if none succeeded since. */
  lastFailure(): ReloadFailure | null;
  /** Checks and builds all of the bundle on disk, then appends one `rules-changed`. Resolves when the shard is judged by it. */
  reload(request: ReloadRequest): Promise<ReloadResult>;
}

interface RulesDeskDependencies {
  readonly reader: Pick<BundleReader, 'read'>;
  readonly loadRules: LoadRulesAside;
  readonly store: Pick<Store, 'saveBundle'>;
  readonly log: Pick<EventLog, 'append' | 'shards'>;
  readonly shards: Pick<ShardsWatch, 'rules' | 'reached' | 'record' | 'spread'>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** All fallible work comes first; then one entry swaps the rules. Reloads run one after the other. */
export function createRulesDesk(dependencies: RulesDeskDependencies): RulesDesk {
  const { shards } = dependencies;
  let failure: ReloadFailure | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const { noteReload, ...facts } = createRuleFacts(dependencies);

  function fail({ by, origin }: ReloadRequest, error: unknown, issues: readonly Issue[]): void {
    const message = error instanceof Error ? error.message : String(error);
    failure = { at: dependencies.clock.now(), by, origin, issues, message };
    dependencies.emit({ kind: 'rules-reload-failed', by, origin, error, issues: issues.length });
  }

  async function reload(request: ReloadRequest): Promise<ReloadResult> {
    try {
      const result = await tryReload(dependencies, request, shards.rules());
      if (result.kind === 'refused') fail(request, firstError(result.issues), result.issues);
      else {
        failure = null;
        noteReload(shards.rules().hash, result.warming);
      }
      return result;
    } catch (error) {
      fail(request, error, []);
      throw error;
    }
  }

  return {
    current: () => shards.rules(),
    ...facts,
    lastFailure: () => failure,
    reload(request) {
      const result = queue.then(() => reload(request));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}

async function tryReload(
  dependencies: RulesDeskDependencies,
  { by, origin, read = dependencies.reader.read }: ReloadRequest,
  current: RuleSet,
): Promise<ReloadResult> {
  const files = await read();
  const { ruleSet, issues, hash } = await dependencies.loadRules(files);
  if (ruleSet === null) return { kind: 'refused', revision: current.revision, issues };
  const other = findSpreadIssue(ruleSet.partition, dependencies.shards.spread());
  if (other !== null) return { kind: 'refused', revision: current.revision, issues: [other] };
  const isNew = hash !== current.hash;
  if (isNew) {
    await dependencies.store.saveBundle(hash, files);
    const { position } = await dependencies.log.append(0, [{ kind: 'rules-changed', hash, by }]);
    await dependencies.shards.reached(position);
  }
  // Said of an unchanged bundle too: after a refused one it means that the disk is right again.
  const { revision, catalogue } = ruleSet;
  const warming = isNew ? findWarming(current, ruleSet) : [];
  dependencies.emit({
    ...{ kind: 'rules-loaded', revision, rules: catalogue.length, by, origin },
    warming: warming.map(({ ref }) => ref.id),
  });
  return { kind: isNew ? 'reloaded' : 'unchanged', revision, issues, warming };
}

function firstError(issues: readonly Issue[]): string {
  const issue = issues.find(({ level }) => level === 'error');
  if (issue === undefined) return 'the bundle was refused';
  const { file, line, column } = issue.place;
  return `${file}:${line}:${column} ${issue.code}: ${issue.message}`;
}
