import type { Issue } from '../domain/rules/bundle.js';
import type { RuleSet } from '../domain/rules/rule-set.js';

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
