import type { RuleRef } from '../domain/alert/rule-ref.js';
import { losses, type WarmingRule } from '../domain/rules/find-warming.js';
import type { ShardRecord } from '../domain/triage/changes.js';
import { placeOf, type BrokenNote, type Warming } from '../domain/triage/rule-troubles.js';
import { warmingSince } from '../domain/triage/warm-anew.js';
import type { Clock, EventLog } from './ports.js';
import type { ShardsWatch } from './watch-shards.js';

/** What became of the rules in force, on all shards together, as of their newest commits. Instants are Unix ms. */
export interface RuleFacts {
  /** Hits and last hit of a rule by id. */
  hits(rule: string): { readonly count: number; readonly lastAt: number | null };
  /** Since when and for how long a rule begins anew; null: it knows all that it gathered. */
  warming(rule: { readonly kind: string; readonly id: string }): RuleWarming | null;
  /** When a rule broke first and last, and was skipped, and what went wrong first; null: it has not since the rules changed. */
  broken(rule: RuleRef): Omit<BrokenNote, 'rule'> | null;
  /** Of rules that are in force and not committed yet: what begins anew. */
  readonly noteReload: (hash: string, warming: readonly WarmingRule[]) => void;
}

export interface RuleWarming extends Pick<Warming, 'since' | 'until'> {
  /** What it knows no more, in a sentence. */
  readonly loses: string;
}

export function createRuleFacts(from: {
  readonly log: Pick<EventLog, 'shards'>;
  readonly shards: Pick<ShardsWatch, 'record' | 'rules'>;
  readonly clock: Pick<Clock, 'now'>;
}): RuleFacts {
  const { log, shards, clock } = from;
  let noted: { readonly hash: string; readonly warming: readonly Warming[] } | null = null;
  const records = (): readonly ShardRecord[] =>
    Array.from({ length: log.shards }, (_, shard) => shards.record(shard)).filter(
      (record) => record !== null,
    );
  return {
    hits(rule) {
      const all = records();
      const counts = all.map(({ totals }) => totals.counters['rule_hits']?.[rule] ?? 0);
      const times = all.flatMap(({ ruleLastHits }) => ruleLastHits[rule] ?? []);
      return {
        count: counts.reduce((sum, count) => sum + count, 0),
        lastAt: times.length === 0 ? null : Math.max(...times),
      };
    },
    warming(rule) {
      const { hash } = shards.rules();
      const fresh = noted?.hash === hash && shards.record(0)?.rules !== hash ? noted.warming : [];
      const committed = records().flatMap(({ warming = [] }) => warming);
      return warmingOf([...fresh, ...committed], rule, clock.now());
    },
    broken(rule) {
      const notes = records().flatMap(({ brokenRules = [] }) => brokenRules);
      const own = notes.filter((note) => placeOf(note.rule) === placeOf(rule));
      const [first] = own.sort((a, b) => a.since - b.since);
      return first === undefined ? null : { ...first, lastAt: Math.max(...own.map(({ lastAt }) => lastAt)) };
    },
    noteReload(hash, warming) {
      noted = { hash, warming: warmingSince(warming, clock.now()) };
    },
  };
}

/** The longest of all shards counts. */
function warmingOf(
  all: readonly Warming[],
  { kind, id }: { readonly kind: string; readonly id: string },
  now: number,
): RuleWarming | null {
  const found = all.filter(
    (one) => one.kind === kind && one.id === id && (one.until === null || one.until > now),
  );
  const [first] = found;
  if (first === undefined) return null;
  const ends = found.map(({ until }) => until).filter((until) => until !== null);
  return {
    since: Math.min(...found.map(({ since }) => since)),
    until: ends.length < found.length ? null : Math.max(...ends),
    loses: losses[first.kind],
  };
}
