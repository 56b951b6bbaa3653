import type { Service } from './rule-set.js';

/** How far an inhibition looks along the dependencies of services. */
export interface Reach {
  /** `hard`: along dependencies without which a service does not work; `any`: along all. */
  readonly edge: 'hard' | 'any';
  /** Most edges away. */
  readonly maxDepth: number;
}

/**
 * Which services may explain what is wrong with one: those that it stands on, the deepest first, for that is nearest to the root.
 * Services that stand on each other in a circle explain nothing about each other, so that of any that fail one is told.
 */
export function findExplainers(
  services: ReadonlyMap<string, Service>,
  { edge, maxDepth }: Reach,
): ReadonlyMap<string, readonly string[]> {
  const below = (id: string): readonly string[] =>
    (services.get(id)?.dependsOn ?? [])
      .filter((one) => services.has(one.service) && (edge === 'any' || one.edge === 'hard'))
      .map(({ service }) => service);
  const everything = new Map([...services.keys()].map((id) => [id, new Set(walk(id, below, services.size))]));
  const explainers = [...services.keys()].map((id): [string, readonly string[]] => {
    const found = walk(id, below, maxDepth).filter((other) => everything.get(other)?.has(id) !== true);
    return [id, found.reverse()];
  });
  return new Map(explainers.filter(([, found]) => found.length > 0));
}

/** What is reached in so many steps, the nearest first; where it begins only if a circle leads back. */
function walk(start: string, below: (id: string) => readonly string[], steps: number): string[] {
  const reached = new Set<string>();
  for (let [step, frontier] = [0, [start]]; step < steps && frontier.length > 0; step += 1) {
    const next = [...new Set(frontier.flatMap(below))].filter((id) => !reached.has(id));
    for (const id of next) reached.add(id);
    frontier = next;
  }
  return [...reached];
}
