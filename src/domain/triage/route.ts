import { matches } from '../alert/matches.js';
import type { MatchSubject } from '../alert/matcher.js';
import type { RuleRef } from '../alert/rule-ref.js';
import type { Incident } from '../incident/incident.js';
import type { SupportTier } from '../incident/scales.js';
import type { RouteNode, RuleSet } from '../rules/rule-set.js';
import { renderTemplate } from '../rules/template.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import { flagBroken } from './rule-holds.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { walkRules, type Walk } from './walk-rules.js';
import { whoIsThere } from './who-is-there.js';

export interface Routed {
  readonly tier: SupportTier;
  readonly team: string;
  readonly policy: string;
  readonly alsoNotify: readonly string[];
  /** The deepest node that matched. */
  readonly route: RuleRef;
  /** When a schedule turns on which the way down hung; null: on none. */
  readonly routeTurnsAt: number | null;
}

/** Stage route: down the tree, the first matching child at each level; the deepest node decides. */
export function route(rules: RuleSet, subject: MatchSubject, at: number): Routed {
  const path: RouteNode[] = [];
  let turnsAt: number | null = null;
  const takes = (child: RouteNode): boolean => {
    if (!holds(child, subject, at)) return false;
    if (child.activeDuring === null) return true;
    turnsAt = earlier(turnsAt, child.activeDuring.nextTurn(at));
    return child.activeDuring.includes(at);
  };
  for (let node: RouteNode | null = rules.routing; node !== null;) {
    path.push(node);
    const walk: Walk<RouteNode> = walkRules(node.routes, rules.indexes.routes.get(node.routes) ?? null);
    do node = walk.next(subject);
    while (node !== null && !takes(node));
  }
  const deepest = path.at(-1) as RouteNode;
  return {
    tier: deepest.tier,
    team: whoIsThere(rules, teamMeant(path, rules, subject), at),
    policy: deepest.policy,
    alsoNotify: deepest.alsoNotify,
    route: deepest.ref,
    routeTurnsAt: turnsAt,
  };
}

function holds({ ref, match }: RouteNode, subject: MatchSubject, at: number): boolean {
  try {
    return matches(match, subject, at);
  } catch (error) {
    subject.broke?.(ref, error);
    return false;
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** The deepest node whose team exists: `{{service.team}}` of an alert without a service names none. */
export function teamMeant(path: readonly RouteNode[], rules: RuleSet, subject: MatchSubject): string {
  for (const node of path.toReversed()) {
    const team = renderTemplate(node.team, (field) => subject.read(field));
    if (rules.teams.has(team)) return team;
  }
  return rules.routing.team.source;
}

/** What routing reads: the incident's own fields, and the labels of the alert that opened it. */
export function incidentSubject(state: ShardState, incident: Incident): MatchSubject {
  const root = state.alerts.get(incident.root);
  const service = serviceOf(incident, rulesOf(state));
  return {
    ...alertSubject(root ?? withoutRoot(incident), service, incident),
    broke: (rule, error) => {
      flagBroken(state, rule, error);
    },
  };
}

function withoutRoot(incident: Incident): Parameters<typeof alertSubject>[0] {
  const { title, service, category } = incident;
  const nothing = { values: null, raw: null, env: null, runbook: null, labels: {}, annotations: {} };
  return { source: '', status: 'resolved', severity: 'none', title, service, category, ...nothing };
}
