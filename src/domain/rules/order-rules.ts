import { checkReference, type BundleSpot } from './bundle-spot.js';

/** A rule in the order of its set, which it may refine. */
export interface Placed {
  readonly id: string;
  readonly spot: BundleSpot;
  /** Ids of rules of the same set that this one comes before. */
  readonly before: readonly string[];
  /** Ids of rules of the same set that this one comes after. */
  readonly after: readonly string[];
}

/**
 * The members in their order, but none in front of one that it comes after: what has to come earlier is pulled up. A circle is
 * an error with the way around it, and the order stays as it was.
 */
export function orderRules<T extends Placed>(members: readonly T[]): readonly T[] {
  if (members.every(({ before, after }) => before.length + after.length === 0)) return members;
  const byId = new Map(members.map((member) => [member.id, member]));
  const earlier = findEarlier(members, byId);
  const ordered: T[] = [];
  const done = new Set<T>();
  const visit = (member: T, path: readonly T[]): boolean => {
    if (done.has(member)) return true;
    const start = path.indexOf(member);
    if (start >= 0) {
      reportCircle(path.slice(start));
      return false;
    }
    const way = [...path, member];
    for (const one of earlier.get(member) ?? []) if (!visit(one, way)) return false;
    done.add(member);
    ordered.push(member);
    return true;
  };
  return members.every((member) => visit(member, [])) ? ordered : members;
}

/** For each member those that come before it. */
function findEarlier<T extends Placed>(
  members: readonly T[],
  byId: ReadonlyMap<string, T>,
): ReadonlyMap<T, readonly T[]> {
  const earlier = new Map<T, T[]>();
  const add = (later: T, first: T): void => {
    const others = earlier.get(later);
    if (others === undefined) earlier.set(later, [first]);
    else others.push(first);
  };
  for (const member of members) {
    for (const key of ['before', 'after'] as const) {
      for (const [index, id] of member[key].entries()) {
        const other = byId.get(id);
        if (other === undefined) {
          checkReference(member.spot.at(key, index), { what: 'other rule of this set', id, known: byId });
        } else if (key === 'before') add(other, member);
        else add(member, other);
      }
    }
  }
  return earlier;
}

/** Each of the circle comes after the next. */
function reportCircle(circle: readonly Placed[]): void {
  const teller = circle.find(({ before, after }) => before.length + after.length > 0);
  if (teller === undefined) return;
  const ids = [...circle, ...circle.slice(0, 1)].map(({ id }) => id);
  teller.spot.at(teller.after.length > 0 ? 'after' : 'before').report({
    code: 'cycle',
    message: `before and after go round in a circle: ${ids.join(' comes after ')}`,
    hint: 'Take one of them out',
    part: 'key',
  });
}
