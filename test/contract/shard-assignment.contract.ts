import { expect } from 'chai';
import type { ShardAssignment } from '../../src/app/ports.js';

/** A group of processes that share a log. */
export interface AssignmentBench {
  readonly shards: number;
  /** Another member, not started. */
  join(): Promise<ShardAssignment>;
  remove(): Promise<void>;
}

export interface AssignmentTraits {
  /** Only one process may have the log: there are no others to divide the shards with. */
  readonly alone?: true;
  /** How long the group may take to settle after a member came or went, in ms. */
  readonly settleMs?: number;
}

interface Member {
  readonly assignment: ShardAssignment;
  /** Each set that it was told. */
  readonly told: ReadonlySet<number>[];
  has(): readonly number[];
}

/** Everything that the port promises, for any adapter. */
export function describeShardAssignment(
  name: string,
  makeBench: () => Promise<AssignmentBench>,
  { alone, settleMs = 1_000 }: AssignmentTraits = {},
): void {
  describe(`the contract of ShardAssignment, kept by ${name}`, () => {
    let bench: AssignmentBench;
    let members: Member[];
    const join = async (): Promise<Member> => {
      const assignment = await bench.join();
      const told: ReadonlySet<number>[] = [];
      const member = {
        assignment,
        told,
        has: () => [...(told.at(-1) ?? [])].sort((a, b) => a - b),
      };
      members.push(member);
      await assignment.start((shards) => told.push(new Set(shards)));
      return member;
    };
    const all = () => Array.from({ length: bench.shards }, (_, shard) => shard);
    /** Every shard has one member of these, and none is idle that could have one. */
    const isDivided = (among: readonly Member[]): boolean => {
      const owned = among.flatMap((member) => member.has()).sort((a, b) => a - b);
      const busy = among.filter((member) => member.has().length > 0).length;
      return JSON.stringify(owned) === JSON.stringify(all()) && busy === Math.min(among.length, bench.shards);
    };
    const settled = async (...among: readonly Member[]): Promise<void> => {
      const until = Date.now() + settleMs;
      while (!isDivided(among) && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
      expect(isDivided(among), JSON.stringify(among.map((member) => member.has()))).to.equal(true);
    };

    beforeEach(async () => {
      members = [];
      bench = await makeBench();
    });
    afterEach(async () => {
      for (const { assignment } of members) await assignment.close();
      await bench.remove();
    });

    it('gives every shard to the only member', async () => {
      await settled(await join());
    }).timeout(settleMs + 10_000);

    it('tells a member nothing more once it has closed', async () => {
      const member = await join();
      await settled(member);
      const before = member.told.length;
      await member.assignment.close();
      if (alone === undefined) await settled(await join());
      expect(member.told).to.have.length(before);
    }).timeout(2 * settleMs + 10_000);

    if (alone === true) return;

    it('divides the shards among the members, also those that come later', async () => {
      const first = await join();
      await settled(first);
      const second = await join();
      await settled(first, second);
    }).timeout(2 * settleMs + 10_000);

    it('gives the shards of a member that closed to the others', async () => {
      const [first, second] = [await join(), await join()];
      await settled(first, second);
      await first.assignment.close();
      await settled(second);
    }).timeout(2 * settleMs + 10_000);
  });
}
