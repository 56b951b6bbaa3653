import type { ShardAssignment } from '../../app/ports.js';

/** Who takes part, and which shards are whose: give it to every member, as a group coordinator would be. */
export interface MemoryGroup {
  readonly shards: number;
  readonly members: MemberEntry[];
}

interface MemberEntry {
  readonly assigned: (shards: ReadonlySet<number>) => void;
  /** What it was last told. */
  has: ReadonlySet<number>;
}

export function createMemoryGroup(shards: number): MemoryGroup {
  return { shards, members: [] };
}

/** Divides the shards in turn among the members that have started, anew whenever one comes or goes. */
export function createMemoryAssignment(group: MemoryGroup): ShardAssignment {
  let me: MemberEntry | null = null;
  return {
    start(assigned) {
      me ??= { assigned, has: new Set() };
      group.members.push(me);
      divide(group);
      return Promise.resolve();
    },
    close() {
      const at = me === null ? -1 : group.members.indexOf(me);
      if (at >= 0) {
        group.members.splice(at, 1);
        divide(group);
      }
      return Promise.resolve();
    },
  };
}

/** Those who lose a shard hear of it before those who get it. */
function divide({ shards, members }: MemoryGroup): void {
  const all = Array.from({ length: shards }, (_, shard) => shard);
  const wanted = members.map((member, index) => ({
    member,
    shards: new Set(all.filter((shard) => shard % members.length === index)),
  }));
  for (const { member, shards: of } of wanted)
    tell(member, new Set([...member.has].filter((it) => of.has(it))));
  for (const { member, shards: of } of wanted) tell(member, of);
}

function tell(member: MemberEntry, shards: ReadonlySet<number>): void {
  if (shards.size === member.has.size && [...shards].every((shard) => member.has.has(shard))) return;
  member.has = shards;
  member.assigned(shards);
}
