import type { RouteNode, RuleSet } from '../rules/rule-set.js';
import type { VirtualWorld } from './virtual-world.js';

/** A rule among those of all kinds. */
export function ruleKey({ kind, ref }: RuleSet['catalogue'][number]): string {
  return `${kind} ${ref.id}`;
}

/** Keys of the rules of the bundle's catalogue that had a part in what happened. */
export function touchedRules(rules: RuleSet, world: VirtualWorld): ReadonlySet<string> {
  const hits = new Set(world.hits());
  const services = new Set([...world.alerts.values()].map(({ service }) => service));
  const incidents = [...world.incidents.values()];
  const groups = new Set(incidents.map(({ rule }) => rule?.id));
  const policies = new Set(incidents.map(({ policy }) => policy));
  const routes = new Set(incidents.flatMap(({ route }) => pathTo(rules.routing, route.id) ?? []));
  const idsOf: Readonly<Record<string, ReadonlySet<string | null | undefined>>> = {
    ...{ service: services, group: groups, policy: policies, route: routes },
  };
  return new Set(rules.catalogue.filter(({ kind, ref }) => (idsOf[kind] ?? hits).has(ref.id)).map(ruleKey));
}

/** Ids from the root down to a node; null: it is not below. */
function pathTo(node: RouteNode, id: string): readonly string[] | null {
  if (node.ref.id === id) return [id];
  for (const child of node.routes) {
    const path = pathTo(child, id);
    if (path !== null) return [node.ref.id, ...path];
  }
  return null;
}
