import { findWarming, type WarmingRule } from '../domain/rules/find-warming.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import type { Clock } from './ports.js';

/** Since when a rule begins anew, and until when it may be felt; Unix ms. */
export interface Warming extends WarmingRule {
  readonly since: number;
  readonly until: number | null;
}

/** Which rules begin anew, as far as this process saw the rules change: it forgets when it stops. */
export interface WarmingRules {
  /** Told of the rules in force, whenever somebody looks at them. */
  see(rules: RuleSet): void;
  of(rule: { readonly kind: string; readonly id: string }): Warming | null;
}

export function createWarmingRules(first: RuleSet, clock: Pick<Clock, 'now'>): WarmingRules {
  const warming = new Map<string, Warming>();
  let seen = first;
  return {
    see(rules) {
      if (rules.hash === seen.hash) return;
      const since = clock.now();
      for (const rule of findWarming(seen, rules)) {
        const until = rule.forMs === null ? null : since + rule.forMs;
        warming.set(keyOf({ kind: rule.kind, id: rule.ref.id }), { ...rule, since, until });
      }
      seen = rules;
    },
    of(rule) {
      const found = warming.get(keyOf(rule));
      if (found === undefined) return null;
      if (found.until === null || found.until > clock.now()) return found;
      warming.delete(keyOf(rule));
      return null;
    },
  };
}

function keyOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind} ${id}`;
}
