import type { Steps } from '../run-steps.js';
import type { AccessKind, AccessPoint } from './access-point.js';
import { coverPlan, type Cover } from './access-plan.js';
import type { Member } from './build-node.js';
import type { Likelihoods } from './likelihoods.js';

/** What looking costs, in comparisons of plain values: once for each subject, however many rules are filed there. */
export const costOfKind: Readonly<Record<AccessKind, number>> = {
  ...{ equal: 1, present: 0, missing: 0, prefix: 2, suffix: 5, contains: 8, words: 6 },
};
export const costOfReading = 1.5;

/** By member what it is filed under; null: it is a candidate for every subject. */
export type Covers = ReadonlyMap<Member, Cover | null>;

/**
 * Files each rule under the points that the fewest subjects have, and then under others where that spares every subject a look: a
 * few rules that are rarer elsewhere are not worth another field.
 */
export function* chooseCovers(members: readonly Member[], likelihoods: Likelihoods): Steps<Covers> {
  const covers = new Map<Member, Cover | null>();
  const ways = new Ways();
  for (const member of members) {
    yield;
    const found = coverPlan(member.plan, (point) => likelihoods.priceOf(point));
    covers.set(member, found);
    ways.take(member, found);
  }
  for (const way of ways.leastUsedFirst()) {
    const spared = ways.close(way);
    const others: [Member, Cover][] = [];
    let dearer = 0;
    for (const member of ways.usersOf(way)) {
      yield;
      const other = coverPlan(member.plan, (point) =>
        ways.isUsed(point) ? likelihoods.priceOf(point) : null,
      );
      dearer += other === null ? Infinity : other.cost - (covers.get(member)?.cost ?? 0);
      if (other === null || dearer >= spared) break;
      others.push([member, other]);
    }
    if (dearer >= spared) {
      ways.open(way);
      continue;
    }
    for (const [member, other] of others) {
      ways.leave(member, covers.get(member) ?? null);
      covers.set(member, other);
      ways.take(member, other);
    }
  }
  return covers;
}

/** How rules are found so far: a way is a kind of look at a field. */
class Ways {
  readonly #users = new Map<string, { readonly point: AccessPoint; readonly members: Set<Member> }>();
  readonly #closed = new Set<string>();

  /** Some rule is found this way, and it is not closed. */
  isUsed(point: AccessPoint): boolean {
    const way = nameOf(point);
    return !this.#closed.has(way) && (this.#users.get(way)?.members.size ?? 0) > 0;
  }

  take(member: Member, cover: Cover | null): void {
    for (const point of cover?.points ?? []) {
      const way = nameOf(point);
      const known = this.#users.get(way);
      if (known === undefined) this.#users.set(way, { point, members: new Set([member]) });
      else known.members.add(member);
    }
  }

  leave(member: Member, cover: Cover | null): void {
    for (const point of cover?.points ?? []) this.#users.get(nameOf(point))?.members.delete(member);
  }

  leastUsedFirst(): readonly string[] {
    return [...this.#users].sort(([, a], [, b]) => a.members.size - b.members.size).map(([way]) => way);
  }

  usersOf(way: string): readonly Member[] {
    return [...(this.#users.get(way)?.members ?? [])];
  }

  /** Returns what each subject is spared without it. */
  close(way: string): number {
    this.#closed.add(way);
    const { point } = this.#users.get(way) as { point: AccessPoint };
    const isRead = [...this.#users].some(
      ([name, other]) => name !== way && other.point.name === point.name && other.members.size > 0,
    );
    return costOfKind[point.kind] + (isRead ? 0 : costOfReading);
  }

  open(way: string): void {
    this.#closed.delete(way);
  }
}

function nameOf({ name, kind, folded }: AccessPoint): string {
  return `${folded ? 'folded ' : ''}${kind} ${name}`;
}
