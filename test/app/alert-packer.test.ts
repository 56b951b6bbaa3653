import { expect } from 'chai';
import { createAlertPacker, type AlertPacker } from '../../src/app/alert-packer.js';
import { unpackEntries, type StoredEntry } from '../../src/app/unpack-entries.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import type { Entry } from '../../src/domain/alert/entry.js';

const hour = 3_600_000;
const end = Date.UTC(2026, 10, 22, 10);
const alert: IncomingAlert = {
  source: 'prometheus',
  fingerprint: '5ae90ff6f82ebe6b',
  severity: 'warning',
  title: 'Down',
  labels: { alertname: 'Down' },
  annotations: {},
  startsAt: end - hour,
  endsAt: end,
};
const limits = { alerts: 250_000, text: 256 * 1024 * 1024, ms: hour };
const entryOf = (...alerts: readonly IncomingAlert[]): Entry => ({ kind: 'alerts', alerts });

describe('the packer of alerts', () => {
  let now: number;
  let packer: AlertPacker;
  let written: Map<number, IncomingAlert>;

  beforeEach(() => {
    now = end;
    packer = createAlertPacker({ next: 5, now: () => now, limits });
    written = new Map();
  });

  /** Packs as an append does and keeps what it writes. Returns how many alerts were written. */
  const pack = (...entries: readonly Entry[]): number => {
    const packed = packer.pack(entries);
    let next = packed.first;
    for (const { first, alerts } of packed.fresh) {
      expect(first).to.equal(next);
      for (const each of JSON.parse(alerts) as IncomingAlert[]) written.set(next++, each);
    }
    expect(packed.next).to.equal(next);
    const stored = JSON.parse(packed.text) as readonly StoredEntry[];
    expect(JSON.stringify(unpackEntries(stored, written))).to.equal(JSON.stringify({ entries, missing: 0 }));
    return next - packed.first;
  };

  it('writes an alert once, and its number where it comes again with another end', () => {
    expect(pack(entryOf(alert, { ...alert, endsAt: end + 1 }))).to.equal(1);
    expect(pack({ kind: 'tick' }, entryOf({ ...alert, endsAt: end - 1 }), entryOf(alert))).to.equal(0);
    expect([...written.keys()]).to.deep.equal([5]);
  });

  it('keeps which messages the alerts came from', () => {
    const origin = { topic: 'alerts', partition: 2, incarnation: 1, offsets: [7, 9], at: end };
    pack({ kind: 'alerts', alerts: [alert, { ...alert, endsAt: end + 1 }], origin });
  });

  it('writes it again where anything but the end is another', () => {
    pack(entryOf(alert));
    const { endsAt, ...endless } = alert;
    expect(endsAt).to.equal(end);
    const others: readonly IncomingAlert[] = [
      { ...alert, labels: { ...alert.labels } },
      { ...alert, annotations: {} },
      { ...alert, startsAt: end },
      { ...alert, title: 'Up' },
      { ...alert, severity: 'error' },
      { ...alert, fingerprint: '5ae90ff6f82ebe6c' },
      { ...alert, source: 'api' },
      { ...alert, raw: {} },
      { ...alert, values: {} },
      { ...alert, env: 'prod' },
      { ...alert, service: 'shop' },
      { ...alert, category: 'network' },
      { ...alert, resolved: true },
      { ...alert, timeoutMs: 1 },
      endless,
    ];
    for (const other of others) expect(pack(entryOf(other)), JSON.stringify(other)).to.equal(1);
  });

  it('keeps an alert without an end apart from the same one with an end', () => {
    const { endsAt, ...endless } = alert;
    expect(endsAt).to.equal(end);
    expect(pack(entryOf(endless, endless, alert, endless))).to.equal(3);
  });

  it('forgets after its time, so that old alerts can be pruned', () => {
    pack(entryOf(alert));
    now += hour;
    expect(packer.pack([entryOf(alert)])).to.deep.include({ since: 5, fresh: [] });
    now += 1;
    expect(packer.pack([entryOf(alert)])).to.include({ first: 6, since: 6, next: 7 });
  });

  it('forgets after so much text, so that it takes no more memory and no more room in front of the oldest record', () => {
    const text = 'x'.repeat(32 * 1024 * 1024);
    const large = (): Entry => entryOf({ ...alert, labels: {}, annotations: { text } });
    packer.pack([entryOf(alert)]);
    for (let count = 0; count < 7; count += 1) packer.pack([large()]);
    expect(packer.pack([entryOf(alert)])).to.deep.include({ since: 5, fresh: [] });
    packer.pack([large()]);
    expect(packer.pack([entryOf(alert)])).to.include({ first: 14, since: 14, next: 15 });
  });

  it('writes the alerts of a large request in rows that can be read one by one', () => {
    const alerts = Array.from({ length: 200 }, (_, n) => ({ ...alert, labels: { n: String(n) } }));
    const { fresh } = packer.pack([entryOf(...alerts)]);
    expect(fresh.map(({ first }) => first)).to.deep.equal([5, 69, 133, 197]);
    expect(fresh.flatMap((row) => JSON.parse(row.alerts) as IncomingAlert[])).to.deep.equal(alerts);
  });

  it('forgets what could not be made a text, and gives its number to the next', () => {
    const values = { load: 1n } as unknown as Readonly<Record<string, number>>;
    expect(() => packer.pack([entryOf({ ...alert, values })])).to.throw(TypeError);
    expect(packer.pack([entryOf(alert)])).to.include({ first: 5, since: 5, next: 6 });
  });

  it('forgets at a reset, and goes on from the number it is given', () => {
    pack(entryOf(alert));
    packer.reset(9);
    expect(packer.pack([entryOf(alert)])).to.include({ first: 9, since: 9, next: 10 });
  });
});
