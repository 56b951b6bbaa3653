import type { EscalationPolicy } from '../incident/escalation.js';
import type { Priority, SupportTier } from '../incident/scales.js';
import type { SlaTargets } from '../incident/sla.js';
import { checkReference, checkUniqueIds, type BundleSpot, type Entry, type KnownIds } from './bundle-spot.js';
import { checkPace } from './check-pace.js';
import { checkRoutes } from './check-routes.js';
import { compileCalendar } from './compile-calendar.js';
import { compileCondition, compileTemplate } from './compile-value.js';
import type { MatcherContext } from './matcher-context.js';
import type { RouteNode, Team } from './rule-set.js';
import type { Template } from './template.js';

export interface RawRoute {
  readonly id: string;
  readonly title?: string;
  readonly status?: 'active' | 'disabled';
  readonly match?: unknown;
  readonly unless?: unknown;
  readonly tier?: SupportTier;
  readonly team?: string;
  readonly policy?: string;
  readonly alsoNotify?: readonly string[];
  readonly activeDuring?: string;
  readonly otherwise?: Pick<RawRoute, 'tier' | 'team' | 'policy' | 'alsoNotify'>;
  readonly routes?: readonly RawRoute[];
}

export interface RawRouting {
  readonly root: RawRoute & {
    readonly tier: SupportTier;
    readonly team: string;
    readonly policy: string;
  };
}

export interface RoutingContext {
  readonly teams: ReadonlyMap<string, Team>;
  readonly tiers: KnownIds;
  readonly policies: ReadonlyMap<string, EscalationPolicy>;
  readonly sla: ReadonlyMap<Priority, SlaTargets>;
  /** With the fields of incidents. */
  readonly context: MatcherContext;
}

/** What a node hands down to its children. */
interface Inherited {
  readonly tier: SupportTier;
  readonly team: Template;
  readonly policy: string;
  readonly alsoNotify: readonly string[];
}

/** `kind: Routing`: the tree with everything inherited written out. */
export function compileRouting({ raw, spot }: Entry<RawRouting>, context: RoutingContext): RouteNode {
  const root = spot.at('root');
  const routes = allRoutes({ raw: raw.root, spot: root });
  checkUniqueIds('route', routes);
  const team: Template = { source: raw.root.team, parts: [raw.root.team] };
  if (raw.root.team.includes('{{')) {
    root.at('team').report({
      code: 'bad-value',
      message: 'the root needs the id of a team, because nothing is left to fall back to',
      hint: 'Move the template to a child route',
    });
  }
  const above: Inherited = { tier: raw.root.tier, team, policy: raw.root.policy, alsoNotify: [] };
  const tree = compileNode({ raw: raw.root, spot: root }, above, context);
  checkRoutes(tree, new Map(routes.map((route) => [route.raw.id, route.spot.at('id')])));
  return tree;
}

/** Ids of the policies that routes name, be they active or not. */
export function policiesNamed({ raw, spot }: Entry<RawRouting>): ReadonlySet<string> {
  const routes = allRoutes({ raw: raw.root, spot });
  return new Set(
    routes.flatMap((route) => [route.raw.policy ?? [], route.raw.otherwise?.policy ?? []].flat()),
  );
}

function allRoutes({ raw, spot }: Entry<RawRoute>): Entry<RawRoute>[] {
  return [{ raw, spot }, ...childrenOf({ raw, spot }).flatMap(allRoutes)];
}

function childrenOf({ raw, spot }: Entry<RawRoute>): Entry<RawRoute>[] {
  return (raw.routes ?? []).map((route, index) => ({ raw: route, spot: spot.at('routes', index) }));
}

/** The route, and behind it the one that stands in for it while its schedule is off. */
function compileRoute(entry: Entry<RawRoute>, above: Inherited, context: RoutingContext): RouteNode[] {
  const { raw, spot } = entry;
  const node = compileNode(entry, above, context);
  if (raw.otherwise === undefined) return [node];
  if (raw.activeDuring === undefined) {
    spot.at('otherwise').report({
      code: 'missing-key',
      message: 'the route is always active, so nothing comes otherwise',
      hint: 'Add activeDuring with the id of a schedule, or remove otherwise',
      part: 'key',
    });
  }
  const standIn = { spot: spot.at('otherwise'), raw: { id: `${raw.id}/otherwise`, ...raw.otherwise } };
  return [node, { ...compileNode(standIn, node, context), match: node.match }];
}

function compileNode(entry: Entry<RawRoute>, above: Inherited, context: RoutingContext): RouteNode {
  const { raw, spot } = entry;
  const team = compileTeam(entry, above, context);
  const own = {
    tier: raw.tier ?? above.tier,
    team,
    policy: raw.policy ?? above.policy,
    alsoNotify: raw.alsoNotify ?? above.alsoNotify,
  };
  if (raw.tier !== undefined)
    checkReference(spot.at('tier'), { what: 'tier', id: raw.tier, known: context.tiers });
  if (raw.policy !== undefined) {
    checkReference(spot.at('policy'), { what: 'policy', id: raw.policy, known: context.policies });
  }
  for (const [index, id] of (raw.alsoNotify ?? []).entries()) {
    checkReference(spot.at('alsoNotify', index), { what: 'team', id, known: context.teams });
  }
  checkTierIsCovered(own, spot, context);
  const node: RouteNode = {
    ref: spot.ref(raw.id),
    match: compileCondition(spot, raw, context.context),
    activeDuring:
      raw.activeDuring === undefined
        ? null
        : compileCalendar(spot.at('activeDuring'), raw.activeDuring, context.context.schedules),
    ...own,
    routes: childrenOf(entry)
      .map((child) => ({ nodes: compileRoute(child, own, context), active: child.raw.status !== 'disabled' }))
      .filter(({ active }) => active)
      .flatMap(({ nodes }) => nodes),
  };
  const policy = context.policies.get(own.policy);
  checkPace(spot.at(raw.policy === undefined ? 'id' : 'policy'), { node, policy }, context.sla);
  return node;
}

function compileTeam({ raw, spot }: Entry<RawRoute>, above: Inherited, context: RoutingContext): Template {
  if (raw.team === undefined) return above.team;
  const team = compileTemplate(spot.at('team'), raw.team, context.context);
  if (!raw.team.includes('{{'))
    checkReference(spot.at('team'), { what: 'team', id: raw.team, known: context.teams });
  return team;
}

function checkTierIsCovered(own: Inherited, spot: BundleSpot, { teams }: RoutingContext): void {
  const team = teams.get(own.team.source);
  if (team === undefined || team.tiers.includes(own.tier)) return;
  spot.report({
    level: 'warning',
    code: 'tier-not-covered',
    message: `the team "${team.id}" gets incidents of tier ${own.tier} here, which it does not cover`,
    hint: `Add ${own.tier} to the tiers of ${team.id} in ${team.ref.file}:${team.ref.line}, or choose another team or tier`,
  });
}
