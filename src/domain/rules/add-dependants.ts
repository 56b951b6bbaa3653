import type { Matcher, Predicate } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import type { Service } from './rule-set.js';

/** `includeDependants` of a window of maintenance. */
export interface RawDependants {
  /** `hard` (default): those that do not work without it; `any`: all that stand on it. */
  readonly edge?: 'hard' | 'any';
  readonly maxDepth?: number;
}

/** The matcher with the services that stand on those it names beside them, its other conditions as they are. */
export function addDependants(
  match: Matcher,
  raw: RawDependants,
  context: { readonly services: ReadonlyMap<string, Service>; readonly spot: BundleSpot },
): Matcher {
  const parts = match.kind === 'all' ? match.of : [match];
  const at = parts.findIndex(namesServices);
  if (at < 0) {
    context.spot.report({
      code: 'bad-value',
      message: 'only a window that names its services knows what stands on them',
      hint: 'Write match: { service: ledger-db } or a list of services, beside other conditions if need be',
      part: 'key',
    });
    return match;
  }
  const predicate = parts[at] as Predicate;
  const services = withDependants(servicesOf(predicate), raw, context.services);
  const widened: Predicate = { ...predicate, test: { op: 'in', values: new Set(services) } };
  return { kind: 'all', of: parts.with(at, widened) };
}

function namesServices(matcher: Matcher): boolean {
  return matcher.kind === 'predicate' && servicesOf(matcher).length > 0;
}

function servicesOf({ field, test, negate }: Predicate): readonly string[] {
  if (negate || field.kind !== 'alert' || field.name !== 'service') return [];
  if (test.op === 'equals') return [String(test.value)];
  return test.op === 'in' ? [...test.values].map(String) : [];
}

function withDependants(
  named: readonly string[],
  { edge = 'hard', maxDepth = 1 }: RawDependants,
  services: ReadonlyMap<string, Service>,
): readonly string[] {
  const found = new Set(named);
  for (let [depth, nearest] = [0, named]; depth < maxDepth && nearest.length > 0; depth += 1) {
    const standing = [...services.values()].filter(
      ({ id, dependsOn }) =>
        !found.has(id) &&
        dependsOn.some((each) => nearest.includes(each.service) && (edge === 'any' || each.edge === 'hard')),
    );
    nearest = standing.map(({ id }) => id);
    for (const id of nearest) found.add(id);
  }
  return [...found];
}
