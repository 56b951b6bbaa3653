import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { storeMigrations } from '../../../src/adapters/sqlite/store-format.js';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import type { Store } from '../../../src/app/ports.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { nothingForgotten, sampleCommit } from '../../contract/sample-commit.js';
import { sampleAlert, sampleEvent, sampleIncident } from '../../support/sample-documents.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';

describe('the store on SQLite', () => {
  let directory: TempDir;
  const opened: Store[] = [];
  const open = async (maxPages?: number): Promise<Store> => {
    const limits = maxPages === undefined ? {} : { maxPages };
    const store = await openSqliteStore({ directory: directory.path, ...limits });
    opened.push(store);
    return store;
  };

  beforeEach(async () => {
    directory = await makeTempDir('store');
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await directory.remove();
  });

  it('refuses a commit that the disk has no room for, whole, and takes the same write once there is room', async () => {
    const store = await open(150);
    await store.open(0);
    const alerts = Array.from({ length: 1100 }, (_, at) =>
      sampleAlert({ fingerprint: `f${at}`, annotations: { text: 'x'.repeat(700) } }),
    );
    await store.stage(sampleCommit(1, { alerts: alerts.slice(0, 400) }))();
    const write = store.stage(sampleCommit(2, { alerts: alerts.slice(400), incidents: [sampleIncident()] }));
    const error = await rejectionOf(write());
    expect(error).to.include({ code: 'store-unavailable', retriable: true });
    expect(error.message).to.contain('The disk is full');
    expect(await store.committed(0)).to.equal(10);
    expect(await store.incident('INC-42')).to.equal(null);
    expect((await store.alerts({ limit: 500 })).items).to.have.length(400);

    const file = new Database(join(directory.path, 'store.db'));
    file.prepare('DELETE FROM alert').run();
    file.close();
    await write();
    expect(await store.committed(0)).to.equal(20);
    expect((await store.alerts({ limit: 1000 })).items).to.have.length(700);
  });

  it('takes over a store of an earlier format: alerts, what repeats changed of them, and timelines', async () => {
    const file = new Database(join(directory.path, 'store.db'));
    for (const sql of storeMigrations.slice(0, 2)) file.exec(sql);
    file.pragma('user_version = 2');
    file.exec('INSERT INTO shard (shard, owner, number, position) VALUES (0, 1, 1, 10)');
    const alerts = ['f1', 'f3', 'f2'].map((fingerprint) => sampleAlert({ fingerprint, incident: 'INC-1' }));
    const insert = file.prepare(
      `INSERT INTO alert (fingerprint, shard, status, service, severity, category, suppressed, incident, forgotten, touched, doc)
       VALUES (?, 0, 'firing', NULL, 'error', 'c', 0, 'INC-1', ?, 5, ?)`,
    );
    for (const alert of alerts) {
      insert.run(alert.fingerprint, alert.fingerprint === 'f2' ? 1 : 0, JSON.stringify(alert));
    }
    const repeated = { lastSeenAt: 7, receivedCount: 2, startsAt: 1, expiresAt: null, expiryAssumed: true };
    file
      .prepare('INSERT INTO alert_seen (fingerprint, changes) VALUES (?, ?)')
      .run('f3', JSON.stringify(repeated));
    const events = [1, 2].map((seq) => sampleEvent({ incident: 'INC-1', seq }));
    for (const event of events) {
      file
        .prepare('INSERT INTO timeline VALUES (?, ?, ?)')
        .run(event.incident, event.seq, JSON.stringify(event));
    }
    file.close();

    const store = await open();
    const [f1, f3, f2] = alerts;
    expect((await store.open(0)).alerts).to.deep.equal([f1, { ...f3, ...repeated }]);
    expect((await store.alerts({ incident: 'INC-1', limit: 5 })).items).to.deep.equal([
      f1,
      f2,
      { ...f3, ...repeated },
    ]);
    expect((await store.timeline('INC-1', { limit: 5 })).items).to.deep.equal(events);
    await store.stage(sampleCommit(2, { alerts: [{ ...f3!, title: 'other' }] }))();
    expect(await store.alert('f3')).to.deep.equal({ ...f3, title: 'other' });
  });

  it('refuses a commit while another program locks the file, and takes the same write afterwards', async () => {
    const store = await open();
    await store.open(0);
    const other = new Database(join(directory.path, 'store.db'));
    other.exec('BEGIN IMMEDIATE');
    const write = store.stage(sampleCommit(1, { alerts: [sampleAlert()] }));
    const error = await rejectionOf(write());
    expect(error).to.include({ code: 'store-unavailable', retriable: true });
    expect(await store.alerts({ limit: 5 }), 'reads go on').to.deep.equal({ items: [], next: null });
    other.exec('ROLLBACK');
    other.close();
    await write();
    expect(await store.committed(0)).to.equal(10);
  });

  it('answers reads while a big commit is being written, with what was committed before', async () => {
    const store = await open();
    await store.open(0);
    await store.stage(sampleCommit(1, { alerts: [sampleAlert({ receivedCount: 1 })] }))();
    const alerts = Array.from({ length: 20_000 }, (_, at) => sampleAlert({ fingerprint: `f${at}` }));
    const progress = { written: false };
    const writing = store
      .stage(sampleCommit(2, { alerts: [sampleAlert({ receivedCount: 2 }), ...alerts] }))()
      .then(() => {
        progress.written = true;
      });
    let readsMeanwhile = 0;
    while (!progress.written) {
      expect((await store.alert(sampleAlert().fingerprint))?.receivedCount).to.be.oneOf([1, 2]);
      readsMeanwhile += 1;
    }
    await writing;
    expect(readsMeanwhile).to.be.greaterThan(10);
    expect((await store.alert(sampleAlert().fingerprint))?.receivedCount).to.equal(2);
  });

  it('writes only two pages for an alert that repeats, its row and the shard: no index changes', async () => {
    const store = await open();
    await store.open(0);
    await store.stage(sampleCommit(1, { alerts: [sampleAlert({ receivedCount: 1 })] }))();
    const file = new Database(join(directory.path, 'store.db'));
    const pageSize = file.pragma('page_size', { simple: true }) as number;
    file.pragma('wal_checkpoint(TRUNCATE)');
    const writtenPages = () => Math.floor(statSync(join(directory.path, 'store.db-wal')).size / pageSize);
    await store.stage(sampleCommit(2, { alerts: [sampleAlert({ receivedCount: 2 })] }))();
    expect(writtenPages()).to.equal(2);
    await store.stage(sampleCommit(3, { alerts: [sampleAlert({ receivedCount: 2, status: 'resolved' })] }))();
    expect(writtenPages(), 'a change that is indexed').to.be.greaterThan(6);
    file.close();
    expect((await store.open(0)).alerts[0]?.receivedCount).to.equal(2);
  });

  it('goes on after its file was closed and opened, at the commit where it was', async () => {
    const first = await open();
    await first.open(0);
    const forgotten = { ...nothingForgotten, alerts: ['gone'] };
    const alerts = [sampleAlert({ fingerprint: 'gone' }), sampleAlert({ fingerprint: 'here' })];
    await first.stage(sampleCommit(1, { alerts, forgotten }))();
    await first.close();
    const again = await open();
    const image = await again.open(0);
    expect([image.commit, image.position]).to.deep.equal([1, 10]);
    expect(image.alerts.map(({ fingerprint }) => fingerprint)).to.deep.equal(['here']);
  });

  it('keeps its files to their owner, and refuses those of a newer version', async () => {
    const store = await open();
    await store.open(0);
    for (const name of ['store.db', 'store.db-wal', 'store.db-shm']) {
      expect(statSync(join(directory.path, name)).mode & 0o777, name).to.equal(0o600);
    }
    await store.close();
    const file = new Database(join(directory.path, 'store.db'));
    file.pragma('user_version = 9');
    file.close();
    const error = await rejectionOf(open());
    expect(error).to.include({ code: 'data-format-unknown', retriable: false });
    expect(error.message).to.contain('store.db was written by a newer Tocsin (format 9');
  });

  it('rejects what is asked of it after it was closed', async () => {
    const store = await open();
    await store.close();
    await store.close();
    expect(await rejectionOf(store.alert('a'))).to.include({ code: 'store-unavailable' });
    expect(await rejectionOf(store.open(0))).to.include({ code: 'store-unavailable' });
  });
});
