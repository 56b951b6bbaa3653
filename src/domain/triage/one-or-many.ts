/** A set that has one member nearly always: a real set is made only for more. The members are no sets themselves. */
export type OneOrMany<T> = T | Set<T>;

export function withMember<T>(some: OneOrMany<T> | undefined, member: T): OneOrMany<T> {
  if (some === undefined || some === member) return member;
  return some instanceof Set ? some.add(member) : new Set([some, member]);
}

/** undefined: nobody is left. */
export function withoutMember<T>(some: OneOrMany<T> | undefined, member: T): OneOrMany<T> | undefined {
  if (!(some instanceof Set)) return some === member ? undefined : some;
  some.delete(member);
  return some.size === 0 ? undefined : some;
}

export function hasMember<T>(some: OneOrMany<T> | undefined, member: T): boolean {
  return some instanceof Set ? some.has(member) : some !== undefined && some === member;
}

export function membersOf<T>(some: OneOrMany<T> | undefined): readonly T[] {
  if (some === undefined) return [];
  return some instanceof Set ? [...some] : [some];
}

/** The first member of which the condition holds; undefined: there is none. */
export function findMember<T>(some: OneOrMany<T>, holds: (member: T) => boolean): T | undefined {
  if (!(some instanceof Set)) return holds(some) ? some : undefined;
  for (const member of some) if (holds(member)) return member;
  return undefined;
}
