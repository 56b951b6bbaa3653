import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import type { EventLog } from '../../../src/app/ports.js';
import { bigEntry, entry, readToEnd, sampleAlert } from '../../contract/log-samples.js';
import type { Entry } from '../../../src/domain/alert/entry.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { createSettableClock, type SettableClock } from '../../support/settable-clock.js';
import { makeTempDir, type TempDir } from '../../support/servers/temp-dir.js';
import { waitUntil } from '../../support/servers/wait-until.js';

describe('a failing write of the log on SQLite', () => {
  let directory: TempDir;
  let clock: SettableClock;
  let log: EventLog;
  let events: string[];
  const open = async (path: string, maxPages?: number): Promise<void> => {
    log = await openSqliteLog({
      directory: path,
      clock,
      ...(maxPages === undefined ? {} : { maxPages }),
      onFailure: (error) => events.push(error.code),
      onRecovery: () => events.push('recovered'),
    });
  };
  const recovered = () =>
    waitUntil(
      { what: 'the log to recover', timeoutMs: 10_000, everyMs: 20 },
      () => log.unavailable() === null,
    );

  beforeEach(async () => {
    directory = await makeTempDir('log-failure');
    clock = createSettableClock();
    events = [];
  });
  afterEach(async () => {
    await log.close();
    await directory.remove();
  });

  /** Appends half-megabyte records until one is refused. Returns how many went in, and the refusal. */
  const fill = async (): Promise<{ count: number; error: Error }> => {
    for (let count = 0; ; count += 1) {
      try {
        await log.append(0, [bigEntry(500_000)]);
      } catch (error) {
        return { count, error: error as Error };
      }
      if (count > 200) expect.fail('the disk never got full');
    }
  };

  it('of a full file refuses appends, says why, and recovers without traffic once there is room', async () => {
    await open(directory.path, 500);
    const { count, error } = await fill();
    expect(count).to.be.within(3, 10);
    expect(error).to.include({ code: 'log-unavailable', retriable: true });
    expect(error.message).to.contain('The disk is full. Free some space');
    expect(log.unavailable()).to.equal(error.message);
    expect(await readToEnd(log)).to.have.length(count);

    await waitUntil({ what: 'some probes', timeoutMs: 5000, everyMs: 10 }, () => clock.delays.length > 3);
    expect(log.unavailable(), 'as long as there is no room').to.be.a('string');
    expect(new Set(clock.delays)).to.deep.equal(new Set([1000]));
    expect(await rejectionOf(log.append(0, [entry(1)]))).to.include({ code: 'log-unavailable' });

    const position = await log.end(0);
    await log.prune(0, { before: 0, maxBytes: 1_000_000, position });
    await recovered();
    await log.append(0, [entry(2)]);
    expect((await readToEnd(log)).at(-1)?.entries).to.deep.equal([entry(2)]);
    expect(events).to.deep.equal(['log-unavailable', 'recovered']);
  });

  it('of a locked file refuses all that waits, writes none of it later, and recovers', async () => {
    await open(directory.path);
    await log.append(0, [entry(1)]);
    const other = new Database(join(directory.path, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    const refused = await Promise.all([2, 3, 4].map((number) => rejectionOf(log.append(0, [entry(number)]))));
    for (const error of refused) expect(error).to.include({ code: 'log-unavailable', retriable: true });
    expect(refused[0]?.message).to.contain('Another program holds a lock');
    expect(log.unavailable()).to.be.a('string');
    other.exec('ROLLBACK');
    other.close();
    await recovered();
    await log.append(0, [entry(5)]);
    expect((await readToEnd(log)).flatMap((record) => record.entries)).to.deep.equal([entry(1), entry(5)]);
    expect(events).to.deep.equal(['log-unavailable', 'recovered']);
  });

  it('of a locked file does not keep a process from ending with its own exit code', async () => {
    await open(directory.path);
    const script = fileURLToPath(new URL('./exit-while-locked.js', import.meta.url));
    const child = spawn(process.execPath, [script, directory.path], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const other = new Database(join(directory.path, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    child.stdin.write('go\n');
    expect(await ended).to.deep.equal([1, null]);
    other.close();
  });

  it('loses no alert that later appends refer to', async () => {
    await open(directory.path);
    const alerts: Entry = { kind: 'alerts', alerts: [sampleAlert(1, 0)] };
    const other = new Database(join(directory.path, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    const first = rejectionOf(log.append(0, [alerts]));
    // The first write is under way when the second one begins to wait for the same lock.
    await delay(50);
    const second = rejectionOf(log.append(0, [alerts]));
    await first;
    other.exec('ROLLBACK');
    other.close();
    expect(await second).to.include({ code: 'log-unavailable', retriable: true });
    await recovered();
    await log.append(0, [alerts]);
    expect((await readToEnd(log)).flatMap((record) => record.entries)).to.deep.equal([alerts]);
  });

  it('lets a reader at the end go on after the recovery', async () => {
    await open(directory.path);
    const stop = new AbortController();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const batch of log.read(0, 0, stop.signal)) {
        seen.push(...batch.flatMap((record) => record.entries));
      }
    })();
    await log.append(0, [entry(1)]);
    const other = new Database(join(directory.path, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    await rejectionOf(log.append(0, [entry(2)]));
    other.exec('ROLLBACK');
    other.close();
    await recovered();
    await log.append(0, [entry(3)]);
    await waitUntil({ what: 'the entry', timeoutMs: 5000, everyMs: 10 }, () => seen.length === 2);
    stop.abort();
    await reading;
    expect(seen).to.deep.equal([entry(1), entry(3)]);
  });

  it('of a disk that is really full leaves what was acknowledged whole, and recovers', async function () {
    if (!mountSmallDisk(directory.path)) {
      console.warn('      skipped: a small disk can be mounted by root on Linux only');
      this.skip();
    }
    try {
      const filler = join(directory.path, 'filler');
      writeFileSync(filler, Buffer.alloc(14 * 1024 * 1024));
      await open(directory.path);
      const { count, error } = await fill();
      expect(error).to.include({ code: 'log-unavailable', retriable: true });
      expect(error.message).to.contain('disk is full');
      rmSync(filler);
      await recovered();
      await log.append(0, [entry(1)]);
      await log.close();
      await open(directory.path);
      const records = await readToEnd(log);
      expect(records).to.have.length(count + 1);
      expect(records.at(-1)?.entries).to.deep.equal([entry(1)]);
      await log.close();
    } finally {
      execFileSync('umount', ['--lazy', directory.path]);
    }
  }).timeout(30_000);
});

function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
