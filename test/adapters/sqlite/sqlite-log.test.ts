import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteLog, type SqliteLogOptions } from '../../../src/adapters/sqlite/sqlite-log.js';
import type { EventLog } from '../../../src/app/ports.js';
import type { LogRecord } from '../../../src/domain/alert/entry.js';
import { bigEntry, entry, readRecords, readToEnd, sampleAlert } from '../../contract/log-samples.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { createSettableClock } from '../../support/settable-clock.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';

describe('the log on SQLite', () => {
  let directory: TempDir;
  const opened: EventLog[] = [];
  const open = async (options: Partial<SqliteLogOptions> = {}): Promise<EventLog> => {
    const log = await openSqliteLog({ directory: directory.path, clock: createSettableClock(), ...options });
    opened.push(log);
    return log;
  };

  beforeEach(async () => {
    directory = await makeTempDir('log');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await directory.remove();
  });

  it('never gives a record an earlier time than the one before, whatever the clock does', async () => {
    const clock = createSettableClock();
    const start = clock.now();
    const log = await open({ clock });
    await log.append(0, [entry(1)]);
    clock.set(start - 3_600_000);
    expect((await log.append(0, [entry(2)])).at).to.equal(start);
    await log.close();
    const again = await open({ clock });
    expect((await again.append(0, [entry(3)])).at).to.equal(start);
    clock.set(start + 5);
    expect((await again.append(0, [entry(4)])).at).to.equal(start + 5);
  });

  it('lets appends that come together share one record and so one wait for the disk', async () => {
    const log = await open();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, number) => log.append(0, [entry(number)])),
    );
    expect(new Set(answers.map(({ position }) => position)).size).to.equal(1);
    expect(new Set(answers.map(({ at }) => at)).size).to.equal(1);
    expect(await readToEnd(log)).to.have.length(1);
  });

  it('lets appends that come while a write is under way share the next record', async () => {
    const log = await open();
    const positions = new Set<number>();
    const ask = async (): Promise<void> => {
      for (let round = 0; round < 20; round += 1)
        positions.add((await log.append(0, [entry(round)])).position);
    };
    await Promise.all(Array.from({ length: 50 }, ask));
    expect(positions.size).to.be.below(60);
  });

  it('cuts records at about 4 MiB of JSON', async () => {
    const log = await open();
    await Promise.all(Array.from({ length: 12 }, () => log.append(0, [bigEntry(1_000_000)])));
    const sizes = (await readToEnd(log)).map((record) => record.entries.length);
    expect(sizes).to.deep.equal([4, 4, 4]);
  });

  it('gives a reader at the end the very objects that were appended', async () => {
    const log = await open();
    const reading = readRecords(log, { records: 1 });
    const appended = entry(1);
    await log.append(0, [appended]);
    const [record] = await reading;
    expect(record?.entries[0]).to.equal(appended);
  });

  it('reads batches of bounded size from the disk', async () => {
    const log = await open();
    for (let at = 0; at < 10; at += 1) await log.append(0, [bigEntry(500_000)]);
    await log.close();
    const again = await open();
    const batches: (readonly LogRecord[])[] = [];
    for await (const batch of again.read(0, 0, new AbortController().signal)) {
      batches.push(batch);
      if (batches.flat().length === 10) break;
    }
    expect(batches.map((batch) => batch.length)).to.deep.equal([5, 5]);
  });

  it('shows a reader nothing, and answers nothing, that another connection does not find committed', async () => {
    const log = await open();
    const file = new Database(join(directory.path, 'journal.db'), { readonly: true });
    const committed = file.prepare('SELECT count(*) FROM record WHERE position = ?').pluck();
    const stop = new AbortController();
    let seen = 0;
    const reading = (async () => {
      for await (const batch of log.read(0, 0, stop.signal)) {
        for (const record of batch) {
          expect(committed.get(record.position)).to.equal(1);
          seen += 1;
        }
      }
    })();
    for (let round = 0; round < 30; round += 1) {
      const { position } = await log.append(0, [entry(round)]);
      expect(committed.get(position)).to.equal(1);
    }
    stop.abort();
    await reading;
    expect(seen).to.be.at.least(1);
    file.close();
  });

  it('keeps its files to their owner', async () => {
    const log = await open();
    await log.append(0, [entry(1)]);
    for (const name of ['journal.db', 'journal.db-wal', 'journal.db-shm']) {
      expect(statSync(join(directory.path, name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it('gives disk space back once much of a large file is unused', async () => {
    const log = await open();
    const file = join(directory.path, 'journal.db');
    for (let at = 0; at < 24; at += 1) await log.append(0, [bigEntry(4_000_000)]);
    const position = await log.end(0);
    await log.prune(0, { before: 0, maxBytes: 0, position });
    await log.close();
    expect(statSync(file).size).to.be.below(80 * 1024 * 1024);
    const again = await open();
    expect(await readToEnd(again)).to.have.length(1);
  }).timeout(60_000);

  it('lets go of alerts once no record refers to them', async () => {
    const numbers = (): readonly unknown[] => {
      const file = new Database(join(directory.path, 'journal.db'), { readonly: true });
      const found = file.prepare("SELECT alerts ->> 0 ->> 'fingerprint' FROM alert").pluck().all();
      file.close();
      return found;
    };
    let log = await open();
    const alerts = [1, 2, 3, 4].map((number) => sampleAlert(number, 0));
    for (const number of [0, 1, 0]) {
      await log.append(0, [{ kind: 'alerts', alerts: alerts.slice(number, number + 1) }]);
    }
    await log.close();
    log = await open();
    for (const number of [2, 3]) {
      await log.append(0, [{ kind: 'alerts', alerts: alerts.slice(number, number + 1) }]);
    }
    const position = await log.end(0);
    await log.prune(0, { before: 0, maxBytes: 0, position: position - 3 });
    expect(numbers(), 'a record still refers to the oldest').to.deep.equal(['1', '2', '3', '4']);
    await log.prune(0, { before: 0, maxBytes: 0, position: position - 1 });
    expect(numbers()).to.deep.equal(['3', '4']);
    const [record] = await readToEnd(log);
    expect(record?.entries).to.deep.equal([{ kind: 'alerts', alerts: alerts.slice(3) }]);
  });

  it('lets go of alerts however many requests brought them', async () => {
    let log = await open();
    for (let at = 0; at < 3000; at += 300) {
      const numbers = Array.from({ length: 300 }, (_, i) => at + i);
      await Promise.all(
        numbers.map((number) => log.append(0, [{ kind: 'alerts', alerts: [sampleAlert(number, 0)] }])),
      );
    }
    await log.close();
    log = await open();
    await log.append(0, [{ kind: 'alerts', alerts: [sampleAlert(3000, 0)] }]);
    const position = await log.end(0);
    await log.prune(0, { before: 0, maxBytes: 0, position });
    const file = new Database(join(directory.path, 'journal.db'), { readonly: true });
    expect(file.prepare('SELECT count(*) FROM alert').pluck().get()).to.equal(1);
    file.close();
  });

  it('writes alerts of records that are copied once, though each was read anew', async () => {
    const log = await open();
    const endless = {
      source: 's',
      fingerprint: '3',
      severity: 'error',
      title: 'title 3',
      labels: {},
      annotations: {},
    } as const;
    const read = (position: number): LogRecord => {
      const alerts = [1, 2, 3].map((number) => sampleAlert(number, position));
      return {
        position,
        at: position,
        entries: [{ kind: 'alerts', alerts: [...alerts, structuredClone(endless)] }],
      };
    };
    const records = Array.from({ length: 50 }, (_, index) => read(index + 1));
    await log.copy(0, records.slice(0, 20));
    await log.copy(0, records.slice(20));
    expect(await readToEnd(log)).to.deep.equal(records);
    await log.close();
    const file = new Database(join(directory.path, 'journal.db'), { readonly: true });
    const written = file.prepare('SELECT sum(json_array_length(alerts)) FROM alert').pluck().get();
    file.close();
    expect(written).to.equal(4);
  });

  it('reads a large request from the disk without holding up those who append', async () => {
    const log = await open();
    const alerts = Array.from({ length: 10_000 }, (_, number) => sampleAlert(number, number));
    await log.append(0, [{ kind: 'alerts', alerts }]);
    const reading = readToEnd(log);
    await log.append(0, [entry(1)]);
    expect((await reading)[0]?.entries).to.deep.equal([{ kind: 'alerts', alerts }]);
  }).timeout(5_000);

  it('refuses another number of shards than it was made with', async () => {
    await (await open({ shards: 3 })).close();
    expect((await open()).shards).to.equal(3);
    const error = await rejectionOf(open({ shards: 4 }));
    expect(error).to.include({ code: 'log-shards-differ' });
    expect(error.message).to.contain('3 shards, 4 were asked for');
  });

  it('refuses a journal of a newer version and leaves it as it is', async () => {
    await (await open()).close();
    const file = new Database(join(directory.path, 'journal.db'));
    file.pragma('user_version = 7');
    file.close();
    const error = await rejectionOf(open());
    expect(error).to.include({ code: 'data-format-unknown', retriable: false });
    expect(error.message).to.contain(
      'journal.db was written by a newer Tocsin (format 7; this one knows up to 2)',
    );
  });

  it('says that a damaged file is damaged, and that trying again will not help', async () => {
    await (await open()).close();
    writeFileSync(join(directory.path, 'journal.db'), 'no database at all '.repeat(1000));
    const error = await rejectionOf(open());
    expect(error).to.include({ code: 'log-unavailable', retriable: false });
    expect(error.message).to.contain('not a database');
  });
});
