import type { SupportTier } from '../incident/scales.js';
import { alwaysOpen } from '../incident/sla.js';
import { checkReference, checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import type { Team } from './rule-set.js';

interface RawTeam {
  readonly id: string;
  readonly tiers: readonly SupportTier[];
  readonly calendar?: string;
  readonly fallback?: string;
  readonly oncall?: string;
  readonly channels?: Readonly<Record<string, string>>;
}

/** What a channel is given to when its messages are shown in the console and sent nowhere. */
export const nowhere = 'none';

/** A notifier, or `none`, that a team names for a channel, and where. */
export interface TeamChannel {
  readonly team: string;
  readonly channel: string;
  readonly notifier: string;
  readonly spot: BundleSpot;
}

export interface CompiledTeams {
  readonly teams: ReadonlyMap<string, Team>;
  readonly channels: readonly TeamChannel[];
}

/** `kind: Teams`. */
export function compileTeams(documents: readonly Entry<unknown>[]): CompiledTeams {
  const entries = entriesOf<RawTeam>(documents, 'teams');
  checkUniqueIds('team', entries);
  const teams = new Map<string, Team>();
  const channels: TeamChannel[] = [];
  for (const { raw, spot } of entries) {
    const own = Object.entries(raw.channels ?? {});
    channels.push(
      ...own.map(([channel, notifier]) => ({
        team: raw.id,
        channel,
        notifier,
        spot: spot.at('channels', channel),
      })),
    );
    teams.set(raw.id, {
      id: raw.id,
      tiers: raw.tiers,
      calendar: raw.calendar ?? alwaysOpen,
      fallback: raw.fallback ?? null,
      oncall: raw.oncall ?? null,
      channels: new Map(own.filter(([, notifier]) => notifier !== nowhere)),
      ref: spot.ref(raw.id),
    });
  }
  for (const { raw, spot } of entries) checkFallback(raw, spot.at('fallback'), teams);
  return { teams, channels };
}

function checkFallback(raw: RawTeam, spot: BundleSpot, teams: ReadonlyMap<string, Team>): void {
  if (raw.fallback === undefined) return;
  checkReference(spot, { what: 'team', id: raw.fallback, known: teams });
  const path = [raw.id];
  for (let next = raw.fallback; ;) {
    if (next === raw.id) {
      spot.report({
        code: 'cycle',
        message: `fallbacks of teams lead back to the same team: ${[...path, next].join(' → ')}`,
        hint: 'Let the chain end at a team that is always there',
      });
      return;
    }
    const fallback = teams.get(next)?.fallback ?? null;
    // A circle further on is told at the teams that are in it.
    if (fallback === null || path.includes(next)) return;
    path.push(next);
    next = fallback;
  }
}
