import type { RouteNode, RuleSet } from './rule-set.js';

type Listed = RuleSet['catalogue'][number];

/** Every rule with its kind, as `/api/v1/rules` lists them: in order of the pipeline. */
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
): readonly Listed[] {
  const triage = (kind: 'normalize' | 'classify' | 'adjust'): Listed[] =>
    rules[kind].map(({ ref, title }) => ({ ref, kind, title }));
  return [
    ...triage('normalize'),
    ...[...rules.services.values()].map(({ ref, name }) => ({ ref, kind: 'service', title: name })),
    ...triage('classify'),
    ...triage('adjust'),
    ...rules.maintenance.map(({ ref, title }) => ({ ref, kind: 'maintenance', title })),
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

function listRoutes(node: RouteNode): Listed[] {
  const title = `${node.tier} ${node.team.source}, policy ${node.policy}`;
  return [{ ref: node.ref, kind: 'route', title }, ...node.routes.flatMap(listRoutes)];
}
