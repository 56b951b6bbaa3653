import type { Schedule } from '../alert/matcher.js';
import { alwaysOpen } from '../incident/sla.js';
import { checkReference, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileCalendar } from './compile-calendar.js';
import type { RuleSet, Team } from './rule-set.js';

/** Calendars and rotations that teams name must be there, and somebody at every hour, where a team can own incidents. */
export function checkCover(
  documents: readonly Entry<unknown>[],
  context: Pick<RuleSet, 'teams' | 'rotations'> & { readonly schedules: ReadonlyMap<string, Schedule> },
): void {
  const { teams, rotations, schedules } = context;
  for (const { raw, spot } of entriesOf<Pick<Team, 'id'>>(documents, 'teams')) {
    const team = teams.get(raw.id);
    if (team === undefined) continue;
    compileCalendar(spot.at('calendar'), team.calendar, schedules);
    if (team.oncall !== null)
      checkReference(spot.at('oncall'), { what: 'rotation', id: team.oncall, known: rotations });
    if (team.tiers.length > 0) checkHours(team, spot.at('calendar'), teams);
  }
}

/** Fallbacks that lead round in a circle are told elsewhere. */
function checkHours(team: Team, spot: BundleSpot, teams: ReadonlyMap<string, Team>): void {
  const path: Team[] = [];
  for (let next: Team | undefined = team; next !== undefined && !path.includes(next);) {
    if (next.calendar === alwaysOpen) return;
    path.push(next);
    next = next.fallback === null ? undefined : teams.get(next.fallback);
  }
  spot.report({
    level: 'warning',
    code: 'team-without-cover',
    message: `outside of its hours nobody is there for ${path.map(({ id }) => id).join(', nor for its fallback ')}`,
    hint: 'Name a fallback that is always there, or one whose fallback is',
  });
}
