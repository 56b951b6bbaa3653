import type { MatchSubject, Matcher } from '../../alert/matcher.js';
import type { Incident } from '../../incident/incident.js';
import { recordMatch } from '../../rules/record-match.js';
import type { RouteNode, RuleSet, Team } from '../../rules/rule-set.js';
import { route, teamMeant } from '../route.js';
import { closedTeams } from '../who-is-there.js';
import type { ClosedTeam, TracedRoute } from './decision-trace.js';
import { ruleTry, tooLate, type RuleTry } from './rule-try.js';

/** Stage route, with each node that was asked on the way down. */
export function traceRoute(rules: RuleSet, subject: MatchSubject, at: number): TracedRoute {
  const { tier, team, policy, alsoNotify } = route(rules, subject, at);
  const path: RouteNode[] = [rules.routing];
  const tries: RuleTry[] = [];
  let node: RouteNode | undefined = rules.routing;
  while (node !== undefined) {
    const level = tryChildren(node.routes, subject, at);
    tries.push(...level.tries);
    node = level.taken;
    if (node !== undefined) path.push(node);
  }
  const closed = closedTeams(rules, teamMeant(path, rules, subject), at);
  return {
    path: path.map(({ ref }) => ref),
    tier,
    team,
    closed: closed.map(asClosed),
    policy,
    alsoNotify,
    tries,
  };
}

function asClosed({ id, calendar }: Team): ClosedTeam {
  return { team: id, calendar, reason: 'out_of_schedule' };
}

function tryChildren(
  children: readonly RouteNode[],
  subject: MatchSubject,
  at: number,
): { readonly taken: RouteNode | undefined; readonly tries: readonly RuleTry[] } {
  const tries: RuleTry[] = [];
  const named = children.map((child) => ({ ...child, title: titleOf(child) }));
  for (const child of named) {
    const one = ruleTry(child, recordMatch(whenTaken(child), subject, at));
    tries.push(one);
    if (one.verdict !== 'matched') continue;
    const rest = tooLate(named.slice(tries.length), (one) => recordMatch(whenTaken(one), subject, at));
    return { taken: child, tries: [...tries, ...rest] };
  }
  return { taken: undefined, tries };
}

/** The schedule counts like one more condition. */
export function whenTaken({ match, activeDuring }: RouteNode): Matcher {
  if (activeDuring === null) return match;
  return { kind: 'all', of: [match, { kind: 'during', schedule: activeDuring, negate: false }] };
}

function titleOf({ tier, team, policy }: RouteNode): string {
  return `${tier} ${team.source}, policy ${policy}`;
}

/** An incident that is no more important than before stays where it is: no node is asked. */
export function keptRoute({ route: decided, tier, team, policy, alsoNotify }: Incident): TracedRoute {
  return { path: [decided], tier, team, closed: [], policy, alsoNotify, tries: [] };
}
