import type { Service } from './rule-set.js';
import { isAlong, walkServices, type Reach } from './walk-services.js';

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
      .filter((one) => services.has(one.service) && isAlong(edge, one))
      .map(({ service }) => service);
  const everything = new Map(
    [...services.keys()].map((id) => [id, new Set(walkServices([id], below, services.size))]),
  );
  const explainers = [...services.keys()].map((id): [string, readonly string[]] => {
    const found = walkServices([id], below, maxDepth);
    return [id, found.filter((other) => everything.get(other)?.has(id) !== true).reverse()];
  });
  return new Map(explainers.filter(([, found]) => found.length > 0));
}
