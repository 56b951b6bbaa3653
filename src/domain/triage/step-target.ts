import { higherTier, type PolicyStep } from '../incident/escalation.js';
import type { Incident } from '../incident/incident.js';
import type { SupportTier } from '../incident/scales.js';
import type { RuleSet, Team } from '../rules/rule-set.js';
import { serviceOf } from './bind.js';
import { whoIsThere } from './who-is-there.js';

const serviceTeam = '{{service.team}}';

/** Who a step is for. A step that names a tier moves the ownership; one that names only a team tells that team. */
export interface StepTarget {
  readonly tier: SupportTier;
  readonly team: string;
  readonly moves: boolean;
}

/**
 * A step that names a tier but no team goes to the incident's team if it covers the tier, else the service's team, else
 * that team's fallback, else the tier's own team. A team that is not there at the instant is stood in for by its fallback. No
 * step lowers the tier.
 */
export function stepTarget(
  { rules, at }: { readonly rules: RuleSet; readonly at: number },
  incident: Incident,
  step: Pick<PolicyStep, 'tier' | 'team'>,
): StepTarget {
  const target = meantTarget(rules, incident, step);
  return { ...target, team: whoIsThere(rules, target.team, at) };
}

/** Whoever is there. */
function meantTarget(
  rules: RuleSet,
  incident: Incident,
  step: Pick<PolicyStep, 'tier' | 'team'>,
): StepTarget {
  const tier = step.tier === undefined ? incident.tier : higherTier(incident.tier, step.tier);
  const moves = step.tier !== undefined;
  const ofService = serviceOf(incident, rules)?.team ?? null;
  const named = step.team === serviceTeam ? ofService : (step.team ?? null);
  if (named !== null && rules.teams.has(named)) return { tier, team: named, moves };
  if (step.tier === undefined) return { tier, team: incident.team, moves };
  const service = ofService === null ? undefined : rules.teams.get(ofService);
  const fallback = service?.fallback == null ? undefined : rules.teams.get(service.fallback);
  const near = [rules.teams.get(incident.team), service, fallback].find((team) => covers(team, tier));
  return { tier, team: near?.id ?? rules.tiers.get(tier)?.team ?? incident.team, moves };
}

function covers(team: Team | undefined, tier: SupportTier): boolean {
  return team?.tiers.includes(tier) ?? false;
}
