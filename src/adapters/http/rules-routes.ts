import type { RulesDesk } from '../../app/reload-rules.js';
import type { Clock } from '../../app/ports.js';
import { whoAsks } from './answer-command.js';
import { presentRule } from './present-rule.js';
import { presentRules } from './present-rules.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';

/** The rules in force: `GET /api/v1/rules`, `/services`, `/teams`, and `POST /api/v1/rules/reload`. */
export function rulesRoutes(deps: {
  readonly rules: RulesDesk;
  readonly clock: Pick<Clock, 'now'>;
}): readonly Route[] {
  const { rules, clock } = deps;
  const shown = (path: string, list: (rules: RulesDesk) => object): Route => ({
    method: 'GET',
    path: `/api/v1/${path}`,
    query: [],
    body: 'none',
    handle: () => json(list(rules)),
  });
  return [
    shown('rules', () => presentRules(rules, clock.now())),
    shown('services', presentServices),
    shown('teams', presentTeams),
    {
      method: 'POST',
      path: '/api/v1/rules/reload',
      query: [],
      body: 'none',
      handle: (call) => reload(rules, call),
    },
  ];
}

function presentServices(rules: RulesDesk): object {
  const { revision, services } = rules.current();
  const items = [...services.values()].map(({ id, name, tier, team, runbook, ref }) => ({
    id,
    name,
    tier,
    team,
    runbook,
    file: ref.file,
    line: ref.line,
  }));
  return { revision, items, next: null };
}

function presentTeams(rules: RulesDesk): object {
  const { revision, teams } = rules.current();
  const items = [...teams.values()].map(({ id, tiers, calendar, fallback, oncall, channels, ref }) => ({
    id,
    tiers,
    calendar,
    fallback,
    oncall,
    channels: Object.fromEntries(channels),
    file: ref.file,
    line: ref.line,
  }));
  return { revision, items, next: null };
}

async function reload(rules: RulesDesk, call: Call): Promise<Answer> {
  const result = await rules.reload({ by: whoAsks(call), origin: 'api' });
  const { kind, revision, issues } = result;
  if (kind !== 'refused') {
    const warming = result.warming.map((rule) => ({
      ...presentRule(rule.ref),
      kind: rule.kind,
      loses: rule.loses,
    }));
    return json({ result: kind, revision, issues, warming });
  }
  const errors = issues.filter(({ level }) => level === 'error').length;
  return problem({
    status: 422,
    kind: 'rules-refused',
    title: 'The rules were not reloaded',
    detail: `The bundle on disk has ${errors} ${errors === 1 ? 'error' : 'errors'}; revision ${revision} stays in force.`,
    extensions: { revision, issues },
  });
}
