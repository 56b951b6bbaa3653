import type { RawRouting, RawRoute } from './compile-routing.js';
import { entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import type { ListedRule, MaintenanceWindow, RouteNode, RuleSet, TriageRule } from './rule-set.js';

/** What a rule is at an instant. `expired`: its last day, or its window, is over. */
export type RuleStatus = 'active' | 'expired' | NonNullable<ListedRule['status']>;

export function statusOf({ status, isOver }: ListedRule, at: number): RuleStatus {
  return status !== 'disabled' && isOver?.(at) === true ? 'expired' : (status ?? 'active');
}

/** Every rule in force with its kind, as `/api/v1/rules` lists them: in order of the pipeline. */
export function listRules(
  rules: Pick<
    RuleSet,
    | 'normalize'
    | 'classify'
    | 'adjust'
    | 'maintenance'
    | 'inhibitions'
    | 'services'
    | 'groups'
    | 'routing'
    | 'policies'
  >,
): readonly ListedRule[] {
  const triage = (kind: 'normalize' | 'classify' | 'adjust'): ListedRule[] =>
    rules[kind].map((rule) => listTriage(rule, kind));
  return [
    ...triage('normalize'),
    ...[...rules.services.values()].map(({ ref, name }) => ({ ref, kind: 'service', title: name })),
    ...triage('classify'),
    ...triage('adjust'),
    ...rules.maintenance.map(listWindow),
    ...rules.inhibitions.map(({ ref, title }) => ({ ref, kind: 'inhibition', title })),
    ...rules.groups.map(({ ref, title }) => ({ ref, kind: 'group', title })),
    ...listRoutes(rules.routing),
    ...[...rules.policies.values()].map(({ id, file, line }) => ({
      ref: { id, file, line },
      kind: 'policy',
      title: id,
    })),
  ];
}

function listRoutes(node: RouteNode): ListedRule[] {
  const title = `${node.tier} ${node.team.source}, policy ${node.policy}`;
  return [{ ref: node.ref, kind: 'route', title }, ...node.routes.flatMap(listRoutes)];
}

function listTriage(
  { ref, title, shadow, deprecated, canary, lastDay }: TriageRule,
  kind: string,
): ListedRule {
  return {
    ...{ ref, kind, title },
    ...(shadow === true ? { status: 'shadow' } : deprecated === true && { status: 'deprecated' }),
    ...(canary !== undefined && { canary }),
    ...(lastDay !== undefined && { isOver: (at: number) => !lastDay.includes(at) }),
  };
}

function listWindow({ ref, title, times }: MaintenanceWindow): ListedRule {
  const isOver = (at: number): boolean => times.spanAt(at) === null && times.nextTurn(at) === null;
  return { ref, kind: 'maintenance', title, isOver };
}

interface RawRule {
  readonly id: string;
  readonly title?: string;
  readonly name?: string;
  readonly status?: string;
}

/** Those of `status: disabled` that are no triage rules, in order of the pipeline. */
export function listDisabled(of: (kind: string) => readonly Entry<unknown>[]): readonly ListedRule[] {
  const kinds = [
    ['service', 'Services', 'services'],
    ['maintenance', 'Maintenance', 'windows'],
    ['inhibition', 'Inhibition', 'rules'],
    ['group', 'Correlation', 'rules'],
  ] as const;
  const routes = (of('Routing') as readonly Entry<RawRouting>[]).flatMap(({ raw, spot }) =>
    routesBelow(raw.root, spot.at('root')),
  );
  return [
    ...kinds.flatMap(([kind, document, key]) =>
      entriesOf<RawRule>(of(document), key).flatMap((entry) => listIfDisabled(entry, kind)),
    ),
    ...routes.flatMap((entry) => listIfDisabled(entry, 'route')),
  ];
}

function routesBelow({ routes = [] }: RawRoute, spot: BundleSpot): readonly Entry<RawRule>[] {
  return routes.flatMap((raw, i) => {
    const own = spot.at('routes', i);
    return [{ raw, spot: own }, ...routesBelow(raw, own)];
  });
}

function listIfDisabled({ raw, spot }: Entry<RawRule>, kind: string): readonly ListedRule[] {
  const { id, title, name, status } = raw;
  return status === 'disabled' ? [{ ref: spot.ref(id), kind, title: title ?? name ?? id, status }] : [];
}
