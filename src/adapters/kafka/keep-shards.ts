import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol: protocol } = kafkajs;

const VERSION = 1;

interface Member {
  readonly id: string;
  /** What it says that it has. */
  readonly has: readonly number[];
  /** It wants all that there are, and the others none. */
  readonly every?: true;
}

/** What a member of the group says of itself when it joins: its shards, or that it wants every one. */
const EVERY = 'every';

/**
 * Divides the partitions of the topic evenly, and leaves as many as it can with whom they are: each that moves costs its
 * new owner a load of the shard. Members tell what they have when they join.
 */
export function keepShards(owned: () => ReadonlySet<number> | typeof EVERY): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'tocsin-keep-shards',
    version: VERSION,
    protocol: ({ topics }) => ({
      name: 'tocsin-keep-shards',
      metadata: protocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(told(owned()))),
      }),
    }),
    assign({ members, topics }) {
      const topic = topics[0] ?? '';
      const shards = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      const divided = divideShards(
        shards,
        members.map(({ memberId, memberMetadata }) => ({ id: memberId, ...decode(memberMetadata) })),
      );
      return Promise.resolve(
        [...divided].map(([memberId, partitions]) => ({
          memberId,
          memberAssignment: protocol.MemberAssignment.encode({
            version: VERSION,
            assignment: { [topic]: [...partitions] },
            userData: Buffer.alloc(0),
          }),
        })),
      );
    },
  });
}

/**
 * No member gets two more than another; one that nobody else claims stays where it is as long as that holds. While a member wants
 * every shard it gets them.
 */
export function divideShards(
  shards: readonly number[],
  members: readonly Member[],
): ReadonlyMap<string, readonly number[]> {
  const [greedy] = members
    .filter(({ every }) => every === true)
    .map(({ id }) => id)
    .sort();
  if (greedy !== undefined) return new Map(members.map(({ id }) => [id, id === greedy ? [...shards] : []]));
  const order = [...members].sort((a, b) => b.has.length - a.has.length || (a.id < b.id ? -1 : 1));
  const least = Math.floor(shards.length / Math.max(1, order.length));
  /** So many members have one more than the least. */
  let larger = shards.length % Math.max(1, order.length);
  const free = new Set(shards);
  const divided = new Map<string, number[]>();
  for (const { id, has } of order) {
    const kept = has.filter((shard) => free.has(shard)).slice(0, least + (larger > 0 ? 1 : 0));
    if (kept.length > least) larger -= 1;
    for (const shard of kept) free.delete(shard);
    divided.set(id, kept);
  }
  const left = [...free].sort((a, b) => a - b);
  for (const room of [least, least + 1])
    for (const kept of divided.values())
      while (kept.length < room && left.length > 0 && (room === least || larger > 0)) {
        if (room > least) larger -= 1;
        kept.push(left.shift() ?? 0);
      }
  for (const kept of divided.values()) kept.sort((a, b) => a - b);
  return divided;
}

function told(owned: ReadonlySet<number> | typeof EVERY): unknown {
  return owned === EVERY ? EVERY : [...owned];
}

function decode(metadata: Buffer): Omit<Member, 'id'> {
  try {
    const decoded = protocol.MemberMetadata.decode(metadata);
    const said: unknown = JSON.parse(decoded?.userData.toString() ?? '[]');
    if (said === EVERY) return { has: [], every: true };
    return {
      has: Array.isArray(said) ? said.filter((each): each is number => typeof each === 'number') : [],
    };
  } catch {
    // What it had is only a wish.
    return { has: [] };
  }
}
