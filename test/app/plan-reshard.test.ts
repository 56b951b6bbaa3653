import { expect } from 'chai';
import { shardOfAlert } from '../../src/domain/alert/shard-of-alert.js';
import { formatReshard } from '../../src/cli/format-reshard.js';
import { hour, minute } from '../support/engine-world.js';
import { pairOn, planFor, reshardTo, rulesBy, startSite } from '../support/resharding.js';

describe('incidents of a log that is spread otherwise', () => {
  it('leaves what is suppressed or over to its old incident for reading, and tells people of it when it is heard of', async () => {
    const before = await startSite({ rules: rulesBy([]), shards: 2 });
    await before.fire({ labels: { cluster: 'a' } });
    await before.ask({
      name: 'create-silence',
      silence: {
        ...{ id: 's1', endsAt: before.now() + hour, createdBy: 'ines', comment: 'works' },
        matchers: [{ name: 'cluster', value: 'b', isRegex: false, isEqual: true }],
      },
    });
    await before.fire({ labels: { cluster: 'b' } }, { labels: { cluster: 'c' } });
    await before.fire({ labels: { cluster: 'c' }, resolved: true });
    await before.advance(minute);
    expect(await before.incidents()).to.have.length(1);
    await before.stop();
    const rules = rulesBy(['cluster']);
    const { disk, plan } = await reshardTo(before.disk, { rules, shards: 8 });
    expect(plan.torn).to.deep.equal([]);
    const after = await startSite({ rules, shards: 8, disk, at: before.now() });
    const shown = await after.store.alerts({ incident: 'INC-1', limit: 10 });
    expect(shown.items.map(({ labels }) => labels['cluster']).sort()).to.deep.equal(['a', 'b', 'c']);
    for (const { fingerprint, labels } of shown.items)
      expect((await after.store.alert(fingerprint))?.incident).to.equal(
        labels['cluster'] === 'a' ? 'INC-1' : null,
      );
    await after.fire({ labels: { cluster: 'b' } }, { labels: { cluster: 'c' } });
    await after.advance(2 * hour);
    const opened = await Promise.all(['a', 'b', 'c'].map((cluster) => after.of('cluster', cluster)));
    expect(new Set(opened.map(({ id }) => id)).size).to.equal(3);
    await after.fire({ labels: { cluster: 'a' }, resolved: true });
    await after.advance(minute);
    expect((await after.store.incident('INC-1'))?.state).to.equal('resolved');
  });

  it('tears no incident: it is told which would be, and splits them where that is asked for', async () => {
    const together = rulesBy([]);
    const before = await startSite({ rules: together, shards: 4 });
    for (const cluster of ['a', 'b', 'c']) await before.fire({ labels: { cluster } });
    await before.fire({ labels: { cluster: 'a', service: 'stock' } });
    await before.fire({ labels: { cluster: 'b', service: 'stock' }, resolved: true });
    await before.advance(minute);
    await before.stop();
    const to = { shards: 8, by: ['cluster'] };
    const plan = await planFor(pairOn(before.disk), to);
    expect(plan.torn.map(({ incident }) => incident.id)).to.deep.equal(['INC-1']);
    const told = formatReshard({ plan, documents: null }, true);
    expect(told).to.include(
      '1 open incident would be torn:\n  INC-1 (P1, new): alerts go 1 to shard 3, 1 to shard 4',
    );
    expect(told)
      .to.match(/^\s+3\s+2\s+2\s+\d+\s+\d+\s+\d+$/m)
      .and.to.include('Nothing was moved: this was a dry run');
    const [{ members, stays } = { members: new Map(), stays: -1 }] = plan.torn;
    expect([...members.keys()].sort()).to.deep.equal([3, 4, 7]);
    expect(members.get(stays)).to.have.length(1);
    const rules = rulesBy(['cluster']);
    const split = await reshardTo(before.disk, { rules, shards: 8, split: true });
    expect(split.plan.torn).to.deep.equal([]);
    const after = await startSite({ rules, shards: 8, disk: split.disk, at: before.now() });
    const open = await after.incidents();
    expect(open.map(({ id }) => id)).to.deep.equal(['INC-1', 'INC-2', 'INC-3', 'INC-4']);
    for (const { id, alertCount, root } of open) {
      const { labels } = (await after.store.alert(root))!;
      expect(split.disk.store.incidents.row(id)?.shard).to.equal(shardOfAlert({ labels }, to));
      expect(alertCount).to.equal(1);
    }
    const { items } = await after.store.timeline('INC-1', { limit: 100 });
    expect(items.filter(({ type, by }) => type === 'split-off' && by === 'tocsin reshard')).to.have.length(2);
    const kept = await planFor(pairOn(before.disk), to);
    expect(kept.torn, 'the original').to.have.length(1);
  });

  it('are not parted from the one that they are a part of, unless that is asked for, and follow what absorbed them', async () => {
    const before = await startSite({ rules: rulesBy(['region']), shards: 2 });
    for (const cluster of ['a', 'b', 'c'])
      await before.fire({ labels: { cluster, region: 'r', service: cluster } });
    const [parent, child, merged] = (await before.incidents()).map(({ id }) => id) as [
      string,
      string,
      string,
    ];
    await before.ask({ name: 'set-parent', incident: child, parent });
    await before.ask({ name: 'merge', incident: merged, into: parent });
    const joined = (await before.store.alerts({ incident: parent, limit: 9 })).items;
    const [other] = joined.filter(({ labels }) => labels['cluster'] === 'c');
    await before.ask({ name: 'split', incident: parent, alerts: [other!.fingerprint] });
    await before.ask({ name: 'merge', incident: merged, into: child });
    await before.fire({ labels: { cluster: 'c', region: 'r', service: 'c' }, resolved: true });
    await before.stop();
    const to = { shards: 8, by: ['cluster'] };
    const { torn, strays } = await planFor(pairOn(before.disk), to);
    expect([torn, strays.map(({ id }) => id)]).to.deep.equal([[], [child]]);
    const { disk, plan } = await reshardTo(before.disk, {
      rules: rulesBy(['cluster']),
      shards: 8,
      split: true,
    });
    expect(plan.strays).to.deep.equal([]);
    const on = (id: string): number => disk.store.incidents.row(id)!.shard;
    expect([parent, child, merged].map(on)).to.deep.equal([3, 4, 4]);
    const after = await startSite({ rules: rulesBy(['cluster']), shards: 8, disk, at: before.now() });
    expect(await after.store.incident(child)).to.include({ parent: null });
    expect(await after.store.incident(parent)).to.deep.include({ children: [] });
    const shown = formatReshard({ plan, documents: 1 }, false);
    expect(shown).to.include('from 2 shards, partitionBy: [region] to 8 shards, partitionBy: [cluster]');
  });
});
