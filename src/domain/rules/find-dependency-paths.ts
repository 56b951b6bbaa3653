import type { DependencyPath, DependencyPaths, Service } from './rule-set.js';

/** Most edges of a path: what lies further off explains little. */
export const maxDependencyPath = 3;

/**
 * What each service stands on: what it names itself, by either edge, and from there on along hard edges. Circles are walked
 * once; a service that was disabled is nobody's.
 */
export function findDependencyPaths(services: ReadonlyMap<string, Service>): DependencyPaths {
  const from = new Map<string, readonly DependencyPath[]>();
  const to = new Map<string, DependencyPath[]>();
  for (const service of services.values()) {
    const paths = pathsFrom(service, services);
    if (paths.length > 0) from.set(service.id, paths);
    for (const path of paths) {
      const others = to.get(path.to);
      if (others === undefined) to.set(path.to, [path]);
      else others.push(path);
    }
  }
  for (const paths of to.values()) paths.sort((a, b) => a.through.length - b.through.length);
  return { from, to };
}

/** Breadth first, so that the first path to a service is the shortest. */
function pathsFrom(start: Service, services: ReadonlyMap<string, Service>): DependencyPath[] {
  const paths: DependencyPath[] = [];
  const reached = new Set([start.id]);
  let frontier: readonly { readonly service: Service; readonly through: readonly string[] }[] = [
    { service: start, through: [] },
  ];
  for (let length = 1; length <= maxDependencyPath; length += 1) {
    const next: typeof paths = [];
    for (const { service, through } of frontier) {
      for (const { service: to, edge } of service.dependsOn) {
        if (reached.has(to) || !services.has(to) || (edge === 'soft' && service !== start)) continue;
        reached.add(to);
        next.push({ from: start.id, to, edge, through });
      }
    }
    paths.push(...next);
    frontier = next.flatMap(({ to, edge, through }) => {
      const service = services.get(to);
      return service === undefined || edge === 'soft' ? [] : [{ service, through: [...through, to] }];
    });
  }
  return paths;
}
