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

/** What is to be said of a rule that is no member; null: there is none of this id. */
type WhereElse = (id: string) => string | null;

/**
 * The members in their order, but none in front of one that it comes after: what has to come earlier is pulled up. A circle is
 * an error with the way around it, and the order stays as it was.
 */
export function orderRules<T extends Placed>(
  members: readonly T[],
  whereElse: WhereElse = () => null,
): readonly T[] {
  if (members.every(({ before, after }) => before.length + after.length === 0)) return members;
  const byId = new Map(members.map((member) => [member.id, member]));
  const earlier = findEarlier(members, { byId, whereElse });
  const ordered = new Set<T>();
  for (const member of members) {
    const circle = ordered.has(member) ? null : putAfter(member, earlier, ordered);
    if (circle === null) continue;
    reportCircle(circle);
    return members;
  }
  return [...ordered];
}

/** Adds the member behind all that have to come before it; the circle, if there is one. Chains may be as long as a set: no recursion. */
function putAfter<T>(member: T, earlier: ReadonlyMap<T, readonly T[]>, ordered: Set<T>): readonly T[] | null {
  const path = new Map<T, Iterator<T>>();
  const way: T[] = [];
  const enter = (one: T): void => {
    path.set(one, (earlier.get(one) ?? []).values());
    way.push(one);
  };
  enter(member);
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    const next = path.get(last)?.next();
    if (next === undefined || next.done === true) {
      path.delete(last);
      ordered.add(last);
      way.pop();
    } else if (path.has(next.value)) return way.slice(way.indexOf(next.value));
    else if (!ordered.has(next.value)) enter(next.value);
  }
  return null;
}

/** For each member those that come before it. */
function findEarlier<T extends Placed>(
  members: readonly T[],
  names: { readonly byId: ReadonlyMap<string, T>; readonly whereElse: WhereElse },
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
        const other = names.byId.get(id);
        if (other === undefined) reportStranger(member.spot.at(key, index), id, names);
        else if (key === 'before') add(other, member);
        else add(member, other);
      }
    }
  }
  return earlier;
}

function reportStranger(
  spot: BundleSpot,
  id: string,
  { byId, whereElse }: { readonly byId: ReadonlyMap<string, Placed>; readonly whereElse: WhereElse },
): void {
  const elsewhere = whereElse(id);
  if (elsewhere === null) {
    checkReference(spot, { what: 'other rule of this set', id, known: byId });
    return;
  }
  const message = `the order of this rule and "${id}" is fixed: ${elsewhere}`;
  spot.report({ code: 'bad-value', message, hint: 'Remove it; before and after name rules of the same set' });
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
