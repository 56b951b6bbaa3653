import type { Dependency } from './rule-set.js';

/** How far is looked along the dependencies of services. */
export interface Reach {
  /** `hard`: along dependencies without which a service does not work; `any`: along all. */
  readonly edge: 'hard' | 'any';
  /** Most edges away. */
  readonly maxDepth: number;
}

export function isAlong(edge: Reach['edge'], dependency: Dependency): boolean {
  return edge === 'any' || dependency.edge === 'hard';
}

/** What is reached in so many steps, the nearest first; where it begins only if a circle leads back. */
export function walkServices(
  starts: readonly string[],
  next: (id: string) => readonly string[],
  steps: number,
): readonly string[] {
  const reached = new Set<string>();
  for (let [step, frontier] = [0, starts]; step < steps && frontier.length > 0; step += 1) {
    frontier = [...new Set(frontier.flatMap(next))].filter((id) => !reached.has(id));
    for (const id of frontier) reached.add(id);
  }
  return [...reached];
}
