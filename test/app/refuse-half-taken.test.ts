import { expect } from 'chai';
import { refuseHalfTaken } from '../../src/app/refuse-half-taken.js';
import type { ShardRecord } from '../../src/domain/triage/changes.js';
import { sampleShardRecord } from '../contract/sample-commit.js';

describe('messages that may be in the log in part', () => {
  const seen = (alerts: number, incarnation = 1): ShardRecord =>
    sampleShardRecord({ origins: { 'builds/0': { [incarnation]: { alerts, letters: -1, at: 1 } } } });
  const refuse =
    (committed: number | null, records: readonly ShardRecord[], topics = ['builds']): (() => void) =>
    () => {
      const offsets = new Map(committed === null ? [] : [['builds/0', committed]]);
      refuseHalfTaken(records, new Set(topics), offsets);
    };

  it('are none where the offset behind all of them is committed', () => {
    expect(refuse(8, [seen(3), seen(7), sampleShardRecord({})])).not.to.throw();
  });

  it('are refused where a shard has seen more than is committed, with what to do', () => {
    expect(refuse(7, [seen(3), seen(7)]))
      .to.throw('builds/0')
      .and.to.include({ code: 'copy-refused' })
      .with.property('message')
      .that.includes('Start a Tocsin on the old log');
    expect(refuse(null, [seen(0)])).to.throw('builds/0');
  });

  it('are not looked for in a topic that is not read any more, or as it was before it was made anew', () => {
    expect(refuse(null, [seen(7)], ['other'])).not.to.throw();
    expect(refuse(3, [seen(90), seen(2, 2)])).not.to.throw();
  });
});
