import { expect } from 'chai';
import type { Notify } from '../../src/app/ports.js';
import { shardOfAlert } from '../../src/domain/alert/shard-of-alert.js';
import { hour, minute } from '../support/engine-world.js';
import {
  pairOn,
  planFor,
  reshardTo,
  rulesBy,
  startSite,
  unnumbered,
  type SpreadSite,
} from '../support/resharding.js';

const clusters = ['a', 'b', 'c', 'd', 'lisbon', 'prod-eu-1'];

/** One notifier takes nothing, so that something waits. */
const halting: Notify = ({ incident, kind }) =>
  Promise.resolve(
    incident.title.includes('stock') && kind === 'escalation'
      ? { kind: 'retry', error: 'busy' }
      : { kind: 'sent' },
  );

async function morningOf(site: SpreadSite): Promise<void> {
  for (const cluster of clusters) await site.fire({ labels: { cluster } });
  await site.advance(2 * minute);
  await site.ask({ name: 'acknowledge', incident: (await site.of('cluster', 'a')).id });
  await site.ask({ name: 'hold', incident: (await site.of('cluster', 'a')).id, reason: 'vendor' });
  await site.fire(
    { labels: { cluster: 'b', service: 'stock' }, severity: 'error' },
    { labels: { cluster: 'c', alertname: 'Slow' }, severity: 'warning' },
    { labels: { cluster: 'd' }, resolved: true },
  );
  await site.ask({
    name: 'create-silence',
    silence: {
      ...{ id: 's1', endsAt: site.now() + hour, createdBy: 'ines', comment: 'works' },
      matchers: [{ name: 'cluster', value: 'prod-eu-1', isRegex: false, isEqual: true }],
    },
  });
  await site.advance(minute);
}

async function restOf(site: SpreadSite): Promise<void> {
  await site.fire({ labels: { cluster: 'a' } }, { labels: { cluster: 'd' } });
  await site.fire({ labels: { cluster: 'a', alertname: 'New' } }, { labels: { cluster: 'new' } });
  await site.ask({ name: 'resume', incident: (await site.of('cluster', 'a')).id });
  await site.ask({ name: 'resolve', incident: (await site.of('cluster', 'c')).id });
  await site.advance(50 * minute);
  await site.fire({ labels: { cluster: 'b' }, resolved: true });
  await site.advance(2 * hour);
}

describe('a log that is spread otherwise', () => {
  it('goes on as one that always was: incidents, alerts, timelines, clocks and what waits', async () => {
    const rules = rulesBy(['cluster']);
    const always = await startSite({ rules, shards: 5, notify: halting });
    await morningOf(always);
    await restOf(always);
    const before = await startSite({ rules, shards: 2, notify: halting });
    await morningOf(before);
    await before.stop();
    const { disk, plan } = await reshardTo(before.disk, { rules, shards: 5 });
    expect(plan.torn).to.deep.equal([]);
    const after = await startSite({ rules, shards: 5, notify: halting, disk, at: before.now() - 1_000 });
    await restOf(after);
    const documents = await unnumbered(after.store, 5);
    expect(documents).to.deep.equal(await unnumbered(always.store, 5));
    expect(documents.length).to.be.above(20);
  });

  it('keeps the ids that people know, and commands find them on other shards', async () => {
    const rules = rulesBy(['cluster']);
    const before = await startSite({ rules, shards: 8 });
    await morningOf(before);
    const ids = (await before.incidents()).map(({ id }) => id);
    await before.stop();
    const { disk } = await reshardTo(before.disk, { rules, shards: 3 });
    const after = await startSite({ rules, shards: 3, disk, at: before.now() });
    expect((await after.incidents()).map(({ id }) => id)).to.deep.equal(ids);
    for (const incident of await after.incidents()) {
      const { labels } = (await after.store.alert(incident.root))!;
      const shard = shardOfAlert({ labels }, { shards: 3, by: ['cluster'] });
      const asked = await after.ask({ name: 'note', incident: incident.id, text: 'still there' });
      expect(asked, incident.id).to.have.nested.property('outcome.result', 'applied');
      expect(disk.store.incidents.row(incident.id)?.shard).to.equal(shard);
    }
  });

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
});
