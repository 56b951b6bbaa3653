import type { Clock } from '../../app/ports.js';
import type { RulesDesk } from '../../app/reload-rules.js';
import { onCallAt } from '../../domain/rules/rotation.js';
import type { RuleSet, Team } from '../../domain/rules/rule-set.js';
import { presentInstant } from './present-instant.js';
import { json, problem, type Answer, type Route } from './route.js';
import type { QueryReader } from './parse-query.js';

interface OnCallDeps {
  readonly rules: Pick<RulesDesk, 'current'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** `GET /api/v1/oncall`: who of each team with a rotation is on call, now or at an instant. */
export function onCallRoutes({ rules, clock }: OnCallDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/oncall',
      query: ['at', 'team'],
      body: 'none',
      handle: ({ query }) => present(rules.current(), query, clock.now()),
    },
  ];
}

function present({ revision, teams, rotations }: RuleSet, query: QueryReader, now: number): Answer {
  const at = query.instant('at') ?? now;
  const asked = query.one('team');
  const unread = query.problem();
  if (unread !== null) return problem(unread);
  const items = [...teams.values()]
    .filter(({ id, oncall }) => oncall !== null && (asked === undefined || asked === id))
    .map((team) => presentTeam(team, rotations, at));
  return json({ revision, at: presentInstant(at), items, next: null });
}

function presentTeam({ id, oncall }: Team, rotations: RuleSet['rotations'], at: number): object {
  const rotation = rotations.get(oncall ?? '');
  const found = rotation === undefined ? null : onCallAt(rotation, at);
  if (found === null)
    return { team: id, rotation: oncall, person: null, since: null, until: null, overridden: false };
  const { person, since, until, overridden } = found;
  return {
    ...{ team: id, rotation: oncall, person },
    ...{ since: presentInstant(since), until: presentInstant(until), overridden },
  };
}
