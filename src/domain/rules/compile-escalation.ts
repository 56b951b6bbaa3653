import type { Schedule } from '../alert/matcher.js';
import type { EscalationPolicy } from '../incident/escalation.js';
import type { Priority, SupportTier } from '../incident/scales.js';
import type { SlaTargets } from '../incident/sla.js';
import { checkReference, checkUniqueIds, type Entry } from './bundle-spot.js';
import { compilePolicies, type PolicyContext, type RawPolicy } from './compile-policies.js';
import { compileSla, type RawTarget } from './compile-sla.js';
import type { Tier } from './rule-set.js';

export interface RawEscalation {
  readonly tiers: readonly { readonly id: SupportTier; readonly name: string; readonly team: string }[];
  readonly sla: readonly RawTarget[];
  readonly policies: readonly RawPolicy[];
}

export interface Escalation {
  readonly tiers: ReadonlyMap<SupportTier, Tier>;
  readonly sla: ReadonlyMap<Priority, SlaTargets>;
  readonly policies: ReadonlyMap<string, EscalationPolicy>;
}

/** `kind: Escalation`: tiers, SLA targets by priority, policies. */
export function compileEscalation(
  { raw, spot }: Entry<RawEscalation>,
  context: Omit<PolicyContext, 'tiers'> & { readonly schedules: ReadonlyMap<string, Schedule> },
): Escalation {
  const entries = raw.tiers.map((tier, index) => ({ raw: tier, spot: spot.at('tiers', index) }));
  checkUniqueIds('tier', entries);
  for (const tier of entries) {
    checkReference(tier.spot.at('team'), { what: 'team', id: tier.raw.team, known: context.teams });
  }
  const tiers = new Map(raw.tiers.map(({ id, name, team }) => [id, { id, name, team }]));
  return {
    tiers,
    sla: compileSla(raw.sla, spot.at('sla'), context.schedules),
    policies: compilePolicies(raw.policies, spot.at('policies'), { ...context, tiers }),
  };
}
