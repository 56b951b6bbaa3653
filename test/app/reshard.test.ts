import { expect } from 'chai';
import type { EventLog, Notify } from '../../src/app/ports.js';
import { createFindSeenPosition } from '../../src/app/seen-position.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import { shardOfAlert, type Spread } from '../../src/domain/alert/shard-of-alert.js';
import { mapReport } from '../../src/domain/sources/person.js';
import type { LogAndStore } from '../../src/app/copy-everything.js';
import { reshard } from '../../src/app/reshard.js';
import { refuseUnfinished } from '../../src/app/unfinished-copy.js';
import { formatReshard } from '../../src/cli/format-reshard.js';
import { rejectionOf } from '../contract/rejection-of.js';
import { alert, hour, minute } from '../support/engine-world.js';
import {
  emptyDisk,
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
});

describe('incidents of several that are spread otherwise', () => {
  it('are not parted from the incident that they are a part of, unless that is asked for, and follow what absorbed them', async () => {
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

describe('a reshard', () => {
  const rules = rulesBy(['cluster']);

  async function morningOnTwo(): Promise<SpreadSite> {
    const site = await startSite({ rules, shards: 2 });
    await morningOf(site);
    await site.stop();
    return site;
  }

  it('applies what nobody has applied, and what shard 0 had not sent on, each once', async () => {
    const site = await morningOnTwo();
    const { log, store } = site;
    const create = {
      ...{ id: 's2', endsAt: site.now() + hour, createdBy: 'ines', comment: 'more works' },
      matchers: [{ name: 'cluster', value: 'late', isRegex: false, isEqual: true }],
    };
    const command = { name: 'create-silence', silence: create } as const;
    await log.append(0, [{ kind: 'command', id: 'unheard', by: 'ines', command }]);
    const of = { shards: 2, by: ['cluster'] };
    const late = ['late', 'later'].map((cluster) =>
      alert({ labels: { alertname: 'Late', service: 'checkout', cluster } }),
    );
    for (const each of late) await log.append(shardOfAlert(each, of), [{ kind: 'alerts', alerts: [each] }]);
    const ends = await Promise.all([log.end(0), log.end(1)]);
    const { disk } = await reshardTo(site.disk, { rules, shards: 5 });
    expect(await Promise.all([log.end(0), log.end(1)]), 'the old log').to.deep.equal(ends);
    expect(await store.alert(late[0]!.fingerprint), 'the old store').to.equal(null);
    const after = await startSite({ rules, shards: 5, disk, at: site.now() });
    expect(await after.store.outcome('unheard')).to.include({ result: 'applied' });
    for (let shard = 0; shard < 5; shard += 1)
      expect(disk.store.silences.row(`${shard}/s2`)?.value, `shard ${shard}`).to.include({ state: 'active' });
    for (const { fingerprint } of late)
      expect(await after.store.alert(fingerprint)).to.include({ receivedCount: 1 });
    await after.fire({ labels: { alertname: 'Late', cluster: 'late' } });
    await after.advance(minute);
    expect((await after.store.alert(late[0]!.fingerprint))?.receivedCount).to.equal(2);
    const muted = (await after.store.alerts({ limit: 50 })).items.filter(
      ({ suppressedBy }) => suppressedBy.length > 0,
    );
    expect(muted.map(({ labels }) => labels['cluster']).sort()).to.deep.equal(['late', 'prod-eu-1']);
  });

  it('that is broken off at any of its writes leaves the old log whole, and nothing that can be started', async () => {
    const site = await morningOnTwo();
    const from = pairOn(site.disk);
    const given = { rules: { hash: rules.hash, files: new Map([['hash', rules.hash]]) } };
    const rest = { carry: () => Promise.resolve(), onProgress: () => undefined };
    const away = new Error('away');
    let writes = 0;
    for (let last = 0; ; last += 1) {
      const disk = emptyDisk(3);
      const { log, store } = pairOn(disk);
      writes = 0;
      const counted = <T>(write: () => Promise<T>): Promise<T> =>
        ++writes > last ? Promise.reject(away) : write();
      const to: LogAndStore = {
        log: { ...log, copy: (shard, records) => counted(() => log.copy(shard, records)) },
        store: {
          ...store,
          stage: (commit) => {
            const write = store.stage(commit);
            return () => counted(write);
          },
        },
      };
      const plan = await planFor(from, { shards: 3, by: ['cluster'] });
      const broken = await reshard({ from, to, plan, ...given, ...rest }).then(
        () => null,
        (error: unknown) => error,
      );
      if (broken === null) break;
      expect(broken).to.equal(away);
      // Before the first write there is nothing, and a new log may begin.
      if (last > 0) {
        const refused = { code: 'log-behind-store' };
        expect(await rejectionOf(refuseUnfinished(pairOn(disk))), `write ${last}`).to.include(refused);
        expect(await rejectionOf(reshard({ from, to: pairOn(disk), plan, ...given, ...rest }))).to.include(
          refused,
        );
      }
    }
    expect(writes).to.be.above(10);
    const again = await startSite({ rules, shards: 2, disk: site.disk, at: site.now() - 1_000 });
    await restOf(again);
    const always = await startSite({ rules, shards: 2 });
    await morningOf(always);
    await restOf(always);
    expect(await unnumbered(again.store, 2)).to.deep.equal(await unnumbered(always.store, 2));
  });

  it('is refused where the old log gets more meanwhile, and where the new one is not empty', async () => {
    const site = await morningOnTwo();
    const from = pairOn(site.disk);
    const given = { rules: { hash: rules.hash, files: new Map([['hash', rules.hash]]) } };
    const rest = { carry: () => site.fire({ labels: { cluster: 'a' } }), onProgress: () => undefined };
    const plan = await planFor(from, { shards: 3, by: ['cluster'] });
    const error = await rejectionOf(reshard({ from, to: pairOn(emptyDisk(3)), plan, ...given, ...rest }));
    expect(error.message).to.include('has got more meanwhile').and.to.include('stop all replicas');
    const { disk } = await reshardTo(site.disk, { rules, shards: 3 });
    expect(
      (await rejectionOf(reshard({ from, to: pairOn(disk), plan, ...given, ...rest }))).message,
    ).to.include('already has something in shard 0');
    expect((await rejectionOf(planFor(pairOn(emptyDisk(2)), plan.to))).message).to.include('nothing in it');
  });

  it('knows on every shard which messages of topics were seen, and where reading goes on', async () => {
    const site = await morningOnTwo();
    const of = { shards: 2, by: ['cluster'] };
    const message = (offset: number): IncomingAlert =>
      alert({
        labels: { alertname: 'Message', service: 'checkout', cluster: clusters[offset % clusters.length]! },
      });
    /** A run of messages, as intake takes it in. */
    const take = async (log: EventLog, spread: Spread, offsets: readonly number[]): Promise<void> => {
      for (let shard = 0; shard < spread.shards; shard += 1) {
        const here = offsets.filter((offset) => shardOfAlert(message(offset), spread) === shard);
        if (here.length === 0) continue;
        const origin = { topic: 'builds', partition: 0, incarnation: 1, offsets: here, at: site.now() };
        await log.append(shard, [{ kind: 'alerts', alerts: here.map(message), origin }]);
      }
    };
    await take(site.log, of, [0, 1, 2, 3, 4, 5, 6, 7]);
    const { disk } = await reshardTo(site.disk, { rules, shards: 5 });
    const after = await startSite({ rules, shards: 5, disk, at: site.now() });
    const find = createFindSeenPosition({ log: after.log, store: after.store });
    expect(await find('builds', 0)).to.include({ incarnation: 1, next: 8 });
    await take(after.log, { shards: 5, by: ['cluster'] }, [4, 5, 6, 7, 8]);
    await after.advance(minute);
    const received = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(
        async (offset) => (await after.store.alert(message(offset).fingerprint))?.receivedCount,
      ),
    );
    expect(received, 'of messages 0 and 6, 1 and 7, 2 and 8, 3, 4, 5').to.deep.equal([2, 2, 2, 1, 1, 1]);
  });

  it('keeps outcomes for retries where their requests come, reports too, and counts for reports', async () => {
    const bySite = rulesBy(['service']);
    const before = await startSite({ rules: bySite, shards: 4 });
    await before.fire({ labels: { service: 'checkout' } }, { labels: { service: 'stock' } });
    const report = mapReport({ summary: 'Slow', service: 'stock', contact: { name: 'Zoë' } }, 'n1');
    expect(await before.ask({ name: 'report', alert: report }, 'k1')).to.have.nested.property(
      'outcome.result',
      'applied',
    );
    const { id } = await before.of('service', 'checkout');
    await before.ask({ name: 'acknowledge', incident: id }, 'k2');
    await before.stop();
    const tallied = async ({ store }: SpreadSite): Promise<number> =>
      (await store.tallies({ since: 0, until: before.now() + hour, limit: 99 })).items
        .map(({ received }) => received)
        .reduce((a, b) => a + b);
    expect(await tallied(before)).to.equal(3);
    const { disk } = await reshardTo(before.disk, { rules: bySite, shards: 2 });
    const after = await startSite({ rules: bySite, shards: 2, disk, at: before.now() });
    expect(await tallied(after)).to.equal(3);
    expect(await after.ask({ name: 'acknowledge', incident: id }, 'k2')).to.have.nested.property(
      'outcome.result',
      'applied',
    );
    expect(await after.ask({ name: 'acknowledge', incident: id })).to.have.nested.property(
      'outcome.reason',
      'already-acknowledged',
    );
    const again = mapReport({ summary: 'Slow', service: 'stock', contact: { name: 'Zoë' } }, 'n2');
    await after.ask({ name: 'report', alert: again }, 'k1');
    expect(await after.store.alert(again.fingerprint), 'a retry under another nonce').to.equal(null);
    await after.fire({ labels: { service: 'stock' } });
    await after.advance(2 * minute);
    expect(await tallied(after)).to.equal(4);
  });
});
