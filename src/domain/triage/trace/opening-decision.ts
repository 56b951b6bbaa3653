import type { Alert, JsonObject } from '../../alert/alert.js';
import type { Incident } from '../../incident/incident.js';
import { recordMatch } from '../../rules/record-match.js';
import type { GroupRule, RouteNode } from '../../rules/rule-set.js';
import type { AdjustedAlert } from '../adjust.js';
import { alertSubject } from '../alert-subject.js';
import { serviceOf } from '../bind.js';
import { describeInAnyCase } from '../describe-without-broken.js';
import { onlyHits } from '../only-hits.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import type { LevelOrigin } from './decision-trace.js';
import { incomingOf } from './incoming-of.js';
import { ruleTry, type RuleTry } from './rule-try.js';
import { whenTaken } from './trace-route.js';
import { traceDescription } from './trace-description.js';
import { traceLevels } from './trace-levels.js';

/** A rule that acted when an incident opened, with the values that it compared and what it wrote. */
export interface ActedRule extends Pick<RuleTry, 'rule' | 'check' | 'writes'> {
  readonly stage: 'normalize' | 'bind' | 'classify' | 'adjust' | 'correlate' | 'route';
}

/** Why an incident opened as it did: of a decision trace what acted. Kept with the event `opened`, once, and never loaded again. */
export interface OpeningDecision {
  /** `remembered`: what held the alert back ended, and it was judged by what the engine keeps of it. */
  readonly basis: 'message' | 'remembered';
  readonly acted: readonly ActedRule[];
  readonly impact: LevelOrigin;
  readonly urgency: LevelOrigin;
}

/** Looks again at the rules that matched only: an incident that opens costs no more for the rules that did not. */
export function decideOpening(
  state: ShardState,
  alert: Alert,
  opening: {
    readonly described: AdjustedAlert | null;
    readonly rule: GroupRule | null;
    readonly incident: Incident;
  },
): OpeningDecision {
  const rules = rulesOf(state);
  const incoming = opening.described?.incoming ?? incomingOf(alert, rules, state.at);
  const described = opening.described ?? describeInAnyCase(incoming, rules, state.at);
  const hit = onlyHits(rules, described.hits, described.service);
  const traced = traceDescription(incoming, { ...rules, ...hit }, state.at);
  const { normalize, bind, classify, adjust } = traced;
  const tries = [...normalize.tries, ...classify.tries, ...adjust.tries];
  const levels = { described: traced.described, tries, incident: opening.incident.priority };
  const { impact, urgency } = traceLevels(state, alert, levels);
  return {
    basis: opening.described === null ? 'remembered' : 'message',
    acted: [
      ...acted('normalize', normalize.tries),
      ...acted('bind', bind.tries),
      ...acted('classify', classify.tries),
      ...acted('adjust', adjust.tries),
      ...acted('correlate', correlateTries(state, alert, opening.rule)),
      ...acted('route', routeTries(state, alert, opening.incident)),
    ],
    impact,
    urgency,
  };
}

/** As the timeline keeps it. */
export function asDetail(decision: OpeningDecision): JsonObject {
  return decision as unknown as JsonObject;
}

function acted(stage: ActedRule['stage'], tries: readonly RuleTry[]): readonly ActedRule[] {
  return tries
    .filter(({ verdict }) => verdict === 'matched')
    .map(({ rule, check, writes }) => ({ stage, rule, check, writes }));
}

function correlateTries(state: ShardState, alert: Alert, rule: GroupRule | null): readonly RuleTry[] {
  if (rule === null) return [];
  const subject = alertSubject(alert, serviceOf(alert, rulesOf(state)));
  return [ruleTry(rule, recordMatch(rule.match, subject, state.at))];
}

/** Each node on the way down to the one that decided. */
function routeTries(state: ShardState, alert: Alert, incident: Incident): readonly RuleTry[] {
  const subject = alertSubject(alert, serviceOf(incident, rulesOf(state)), incident);
  return pathTo(rulesOf(state).routing, incident.route.id)
    .slice(1)
    .map((node) =>
      ruleTry({ ref: node.ref, title: node.ref.id }, recordMatch(whenTaken(node), subject, state.at)),
    );
}

function pathTo(node: RouteNode, id: string): readonly RouteNode[] {
  if (node.ref.id === id) return [node];
  for (const child of node.routes) {
    const below = pathTo(child, id);
    if (below.length > 0) return [node, ...below];
  }
  return [];
}
