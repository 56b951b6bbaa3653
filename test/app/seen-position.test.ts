import { expect } from 'chai';
import { createFindSeenPosition } from '../../src/app/seen-position.js';
import type { ShardRecord } from '../../src/domain/triage/changes.js';
import { sampleShardRecord } from '../contract/sample-commit.js';

describe('how far a partition was seen', () => {
  const find = (...origins: readonly ShardRecord['origins'][]) =>
    createFindSeenPosition({
      log: { shards: origins.length },
      store: {
        record: (shard) => {
          const of = origins[shard];
          const record = sampleShardRecord(of === undefined ? {} : { origins: of });
          return Promise.resolve({ record, position: 1, commit: 1 });
        },
      },
    });

  it('is not known where no shard has seen it', async () => {
    expect(await find(undefined, { 'builds/1': {} })('builds', 0)).to.equal(null);
  });

  it('is what the shard knows that has seen least of the newest incarnation, for what comes again counts once', async () => {
    const seen = find(
      { 'builds/0': { 1: { alerts: 90, letters: -1, at: 1 }, 2: { alerts: 3, letters: 5, at: 20 } } },
      undefined,
      { 'builds/0': { 2: { alerts: 4, letters: -1, at: 10 } } },
    );
    expect(await seen('builds', 0)).to.deep.equal({ incarnation: 2, next: 5, at: 10 });
  });
});
