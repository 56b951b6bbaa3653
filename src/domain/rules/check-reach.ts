import { alwaysOpen } from '../incident/sla.js';
import type { BundleSpot } from './bundle-spot.js';
import type { PolicyContext, RawStep } from './compile-policies.js';

/**
 * Warns of a step that can come to a team for which its channels mean nobody, although they mean somebody for others: the team
 * was forgotten. A channel that means nobody for anybody (a queue on a screen), or `none` for the team itself, is meant.
 */
export function checkReach(step: RawStep, spot: BundleSpot, context: PolicyContext): void {
  const channels = step.notify.flatMap((name) => context.channels.get(name) ?? []);
  if (!channels.some(({ byTeam }) => [...byTeam.values()].some((notifier) => notifier !== null))) return;
  const forgotten = withStandIns(recipients(step, context), context.teams).filter((team) =>
    channels.every(({ byDefault, byTeam }) => byDefault === null && !byTeam.has(team)),
  );
  if (forgotten.length === 0) return;
  spot.report({
    level: 'warning',
    code: 'reaches-nobody',
    message: `this step can come to ${forgotten.join(', ')}, for which ${step.notify.join(' and ')} reaches nobody`,
    hint: `Name a notifier for the team under ${step.notify[0] ?? ''} in the channels of notifiers, or none`,
  });
}

/** And who stands in for those of them that are not always there. */
function withStandIns(ids: readonly string[], teams: PolicyContext['teams']): readonly string[] {
  const all = new Set(ids);
  // A set that grows while it is gone through is gone through to its new end.
  for (const id of all) {
    const team = teams.get(id);
    if (team?.fallback != null && team.calendar !== alwaysOpen) all.add(team.fallback);
  }
  return [...all];
}

/** The team that the step names; else those that cover its tier, and the tier's own. */
function recipients({ team, tier }: RawStep, { teams, tiers }: PolicyContext): readonly string[] {
  if (team !== undefined && teams.has(team)) return [team];
  const working = [...teams.values()].filter((each) => each.tiers.length > 0);
  if (tier === undefined || team !== undefined) return working.map(({ id }) => id);
  const covering = working.filter((each) => each.tiers.includes(tier)).map(({ id }) => id);
  const last = tiers.get(tier)?.team;
  return last === undefined || covering.includes(last) ? covering : [...covering, last];
}
