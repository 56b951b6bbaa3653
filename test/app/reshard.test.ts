import { expect } from 'chai';
import type { EventLog } from '../../src/app/ports.js';
import { createFindSeenPosition } from '../../src/app/seen-position.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import { shardOfAlert, type Spread } from '../../src/domain/alert/shard-of-alert.js';
import { mapReport } from '../../src/domain/sources/person.js';
import type { LogAndStore } from '../../src/app/copy-everything.js';
import { reshard } from '../../src/app/reshard.js';
import { refuseUnfinished } from '../../src/app/unfinished-copy.js';
import { rejectionOf } from '../contract/rejection-of.js';
import { alert, hour, minute } from '../support/engine-world.js';
import type { Disk } from '../support/shard-world.js';
import {
  clusters,
  emptyDisk,
  halting,
  morningOf,
  pairOn,
  planFor,
  reshardTo,
  restOf,
  rulesBy,
  startSite,
  unnumbered,
  type SpreadSite,
} from '../support/resharding.js';

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
    const attempts = (of: Disk): readonly (readonly [string, number, string | null])[] =>
      [...of.store.outbox].map(([id, row]) => [id, row.attempts, row.lastError]);
    expect(attempts(disk)).to.deep.equal(attempts(before.disk)).and.to.have.nested.property('0.2', 'busy');
    const after = await startSite({ rules, shards: 5, notify: halting, disk, at: before.now() - 1_000 });
    await restOf(after);
    const documents = unnumbered(after.disk);
    expect(documents).to.deep.equal(unnumbered(always.disk));
    for (const kind of ['incident', 'event', 'alert', 'silence', 'waiting'])
      expect(
        documents.filter((text) => text.startsWith(`${kind} on`)),
        kind,
      ).not.to.deep.equal([]);
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
});

describe('a reshard', () => {
  const rules = rulesBy(['cluster']);

  async function morningOnTwo(): Promise<SpreadSite> {
    const site = await startSite({ rules, shards: 2, notify: halting });
    await morningOf(site);
    await site.stop();
    return site;
  }

  async function firstWaiting({ store }: SpreadSite): Promise<readonly [number, string]> {
    for (const shard of [0, 1])
      for (const { notification } of await store.outbox(shard).pending()) return [shard, notification.id];
    throw new Error('Nothing waits.');
  }

  it('applies what nobody has applied, and what shard 0 had not sent on, each once', async () => {
    const site = await morningOnTwo();
    const { log, store } = site;
    const [shard, waiting] = await firstWaiting(site);
    await log.append(shard, [{ kind: 'delivered', notification: waiting, outcome: 'sent', attempts: 1 }]);
    const of = { shards: 2, by: ['cluster'] };
    // Where silences are heard of from shard 0.
    const name = (wanted: number): string =>
      ['w', 'x', 'y', 'z'].find((cluster) => shardOfAlert({ labels: { cluster } }, of) === wanted)!;
    const create = {
      ...{ id: 's2', endsAt: site.now() + hour, createdBy: 'ines', comment: 'more works' },
      matchers: [{ name: 'cluster', value: name(1), isRegex: false, isEqual: true }],
    };
    const command = { name: 'create-silence', silence: create } as const;
    await log.append(0, [{ kind: 'command', id: 'unheard', by: 'ines', command }]);
    const late = [name(1), name(0)].map((cluster) =>
      alert({ labels: { alertname: 'Late', service: 'checkout', cluster } }),
    );
    for (const each of late) await log.append(shardOfAlert(each, of), [{ kind: 'alerts', alerts: [each] }]);
    const ends = await Promise.all([log.end(0), log.end(1)]);
    const { disk } = await reshardTo(site.disk, { rules, shards: 5 });
    expect(await Promise.all([log.end(0), log.end(1)]), 'the old log').to.deep.equal(ends);
    expect(await store.alert(late[0]!.fingerprint), 'the old store').to.equal(null);
    expect([...disk.store.outbox.keys()]).to.not.include(waiting);
    const after = await startSite({ rules, shards: 5, disk, at: site.now() });
    expect(await after.store.outcome('unheard')).to.include({ result: 'applied' });
    for (let shard = 0; shard < 5; shard += 1)
      expect(disk.store.silences.row(`${shard}/s2`)?.value, `shard ${shard}`).to.include({ state: 'active' });
    for (const { fingerprint } of late)
      expect(await after.store.alert(fingerprint)).to.include({ receivedCount: 1 });
    await after.fire({ labels: { alertname: 'Late', cluster: name(1) } });
    await after.advance(minute);
    expect((await after.store.alert(late[0]!.fingerprint))?.receivedCount).to.equal(2);
    const muted = (await after.store.alerts({ limit: 50 })).items.filter(
      ({ suppressedBy }) => suppressedBy.length > 0,
    );
    expect(muted.map(({ labels }) => labels['cluster']).sort()).to.deep.equal(['prod-eu-1', name(1)]);
    expect([...site.disk.store.outbox.keys()]).to.include(waiting);
  });

  it('brings shards that stood still to the time of the others, each clock at its own time', async () => {
    const site = await startSite({ rules, shards: 2 });
    const [still] = ['w', 'x', 'y', 'z'].filter(
      (cluster) => shardOfAlert({ labels: { cluster } }, { shards: 2, by: ['cluster'] }) === 1,
    );
    await site.fire({ labels: { cluster: still! }, severity: 'warning' });
    await site.advance(minute);
    await site.stop();
    await site.advance(30 * minute);
    await site.log.append(0, [{ kind: 'tick' }]);
    const { disk } = await reshardTo(site.disk, { rules, shards: 3 });
    const incident = [...disk.store.incidents.rows()][0]!.value;
    const steps = [...disk.store.timelines.get(incident.id)!.values()].filter(
      ({ value }) => value.type === 'escalated',
    );
    expect(steps.map(({ value }) => value.at)).to.deep.equal([incident.openedAt + 10 * minute]);
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
    const again = await startSite({
      rules,
      shards: 2,
      disk: site.disk,
      at: site.now() - 1_000,
      notify: halting,
    });
    await restOf(again);
    const always = await startSite({ rules, shards: 2, notify: halting });
    await morningOf(always);
    await restOf(always);
    expect(unnumbered(again.disk)).to.deep.equal(unnumbered(always.disk));
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
    const services = ['checkout', 'stock', 'web', 'mail', 'search', 'pay', 'login', 'cart'];
    await before.fire(...services.map((service) => ({ labels: { service } })));
    const report = mapReport({ summary: 'Slow', service: 'stock', contact: { name: 'Zoë' } }, 'n1');
    expect(await before.ask({ name: 'report', alert: report }, 'k1')).to.have.nested.property(
      'outcome.result',
      'applied',
    );
    const { id } = await before.of('service', 'checkout');
    await before.advance(hour);
    await before.ask({ name: 'acknowledge', incident: id }, 'k2');
    await before.stop();
    const tallied = async ({ store }: SpreadSite): Promise<number> =>
      (await store.tallies({ since: 0, until: before.now() + hour, limit: 99 })).items
        .map(({ received }) => received)
        .reduce((a, b) => a + b);
    expect(await tallied(before)).to.equal(9);
    const { disk } = await reshardTo(before.disk, { rules: bySite, shards: 2 });
    const after = await startSite({ rules: bySite, shards: 2, disk, at: before.now() });
    expect(await tallied(after)).to.equal(9);
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
    expect(await tallied(after)).to.equal(10);
  });
});
