import { expect } from 'chai';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { unsuppressed } from '../../../src/domain/alert/alert.js';
import { createIncidentPlacer, shardOfKnown } from '../../../src/domain/triage/place-incidents.js';
import { sampleAlert, sampleIncident } from '../../support/sample-documents.js';

const to = { shards: 8, by: ['cluster'] };
/** Clusters and their shards. */
const shards = { a: 3, b: 4, c: 7 } as const;

function member(cluster: keyof typeof shards, more: Partial<Alert> = {}): Alert {
  return sampleAlert({
    ...{ fingerprint: `${cluster}${JSON.stringify(more)}`, incident: 'INC-1', labels: { cluster } },
    ...{ said: null, status: 'firing', suppressedBy: unsuppressed },
    ...more,
  });
}

function placed(...alerts: readonly Alert[]) {
  const placer = createIncidentPlacer(to);
  placer.noteIncident(sampleIncident({ id: 'INC-1', state: 'new', mergedInto: null, parent: null }));
  for (const alert of alerts) placer.noteAlert(alert, 'known');
  return placer.place();
}

describe('the shard of an incident', () => {
  it('is where most of its alerts are that people hear of, then most that fire, then most', () => {
    expect(placed(member('a'), member('b'), member('b', { title: 'x' })).shardOf('INC-1')).to.equal(shards.b);
    const muted = { suppressedBy: sampleAlert().suppressedBy };
    expect(muted.suppressedBy).not.to.deep.equal([]);
    const one = member('a');
    expect(placed(one, member('b', muted), member('b', { ...muted, title: 'x' })).shardOf('INC-1')).to.equal(
      3,
    );
    const over = { status: 'resolved' } as const;
    expect(placed(member('c', over), member('b', muted)).shardOf('INC-1')).to.equal(shards.b);
    expect(placed(member('c', over), member('a', over)).shardOf('INC-1')).to.equal(shards.a);
  });

  it('is that of its id as long as there is one, where nothing else is known', () => {
    const unknown = placed();
    expect(['INC-1', 'INC-7-2', 'INC-9-2'].map((id) => unknown.shardOf(id))).to.deep.equal([0, 7, 1]);
  });

  it('is torn only by alerts that people hear of', () => {
    expect(placed(member('a'), member('b', { status: 'resolved' })).torn).to.deep.equal([]);
    const [torn] = placed(member('a'), member('b'), member('c', { status: 'resolved' })).torn;
    expect(torn).to.include({ stays: 3 });
    expect([...torn!.members.keys()].sort()).to.deep.equal([3, 4, 7]);
  });

  it('goes by what sources said, not by what rules wrote', () => {
    expect(shardOfKnown(member('a', { said: { labels: { cluster: 'b' } } }), to)).to.equal(shards.b);
  });
});
