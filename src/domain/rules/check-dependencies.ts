import { checkReference, type BundleSpot, type Entry } from './bundle-spot.js';
import type { Dependency } from './rule-set.js';

export interface RawDependency {
  readonly service: string;
  readonly edge?: Dependency['edge'];
}

type Declared = Entry<{ readonly id: string; readonly dependsOn?: readonly RawDependency[] }>;

/** What `dependsOn` names exists, once each; nothing stands on itself. A circle of hard edges is worth a warning. */
export function checkDependencies(entries: readonly Declared[]): void {
  const known = new Map(entries.map((entry) => [entry.raw.id, entry]));
  for (const { raw, spot } of entries) {
    const named = new Set<string>();
    for (const [index, { service }] of (raw.dependsOn ?? []).entries()) {
      const place = spot.at('dependsOn', index, 'service');
      checkReference(place, { what: 'service', id: service, known });
      if (service === raw.id) reportItself(place);
      if (named.has(service)) reportTwice(place, service);
      named.add(service);
    }
  }
  for (const circle of hardCircles(known)) {
    const first = known.get(circle[0] ?? '');
    first?.spot.at('dependsOn').report({
      code: 'dependency-cycle',
      level: 'warning',
      message: `services stand on each other in a circle of hard edges: ${[...circle, circle[0]].join(' → ')}`,
      hint: 'Make the edge soft without which a service still works, somehow; else either looks like the cause of the other',
      part: 'key',
    });
  }
}

function reportItself(spot: BundleSpot): void {
  spot.report({ code: 'bad-value', message: 'a service can not depend on itself', hint: 'Leave it out' });
}

function reportTwice(spot: BundleSpot, service: string): void {
  spot.report({
    code: 'bad-value',
    message: `the service "${service}" stands here a second time`,
    hint: 'Keep one, with the edge that is true',
  });
}

/** A circle for each hard edge that closes one. */
function hardCircles(known: ReadonlyMap<string, Declared>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const walk = (id: string, path: readonly string[]): void => {
    const start = path.indexOf(id);
    if (start >= 0) circles.push(path.slice(start));
    if (start >= 0 || done.has(id)) return;
    for (const { service, edge = 'hard' } of known.get(id)?.raw.dependsOn ?? [])
      if (edge === 'hard' && service !== id) walk(service, [...path, id]);
    done.add(id);
  };
  for (const id of known.keys()) walk(id, []);
  return circles;
}
