import type { RuleSet, Team } from '../rules/rule-set.js';
import { onCallAt } from '../rules/rotation.js';

/** Who gets what is for a team: while its calendar is closed its fallback, and so on; nobody else where the last one has none. */
export function whoIsThere(rules: RuleSet, id: string, at: number): string {
  return closedTeams(rules, id, at).at(-1)?.fallback ?? id;
}

/** The teams that are passed over on the way there, in order: each is closed and has a fallback. */
export function closedTeams(rules: RuleSet, id: string, at: number): readonly Team[] {
  const closed: Team[] = [];
  for (let team = rules.teams.get(id); team !== undefined && !closed.includes(team);) {
    const calendar = rules.calendars.get(team.calendar);
    if (team.fallback === null || calendar === undefined || calendar.includes(at)) break;
    closed.push(team);
    team = rules.teams.get(team.fallback);
  }
  return closed;
}

/** The person of the team who is on call at the instant; null: it has no rotation, or none that has begun. */
export function personOnCall(rules: RuleSet, id: string, at: number): string | null {
  const rotation = rules.rotations.get(rules.teams.get(id)?.oncall ?? '');
  return rotation === undefined ? null : (onCallAt(rotation, at)?.person ?? null);
}
