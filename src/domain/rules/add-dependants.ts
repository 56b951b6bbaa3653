import type { Matcher, Predicate } from '../alert/matcher.js';
import type { BundleSpot } from './bundle-spot.js';
import type { Service } from './rule-set.js';
import { isAlong, walkServices, type Reach } from './walk-services.js';

/** `includeDependants` of a window of maintenance: `hard`, those that do not work without it, unless told otherwise. */
export type RawDependants = Partial<Reach>;

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
  const above = (id: string): readonly string[] =>
    [...services.values()]
      .filter(({ dependsOn }) => dependsOn.some((each) => each.service === id && isAlong(edge, each)))
      .map((service) => service.id);
  return [...named, ...walkServices(named, above, maxDepth)];
}
