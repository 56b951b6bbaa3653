import { expect } from 'chai';
import { createAlertPacker, type AlertPacker } from '../../../src/adapters/sqlite/alert-packer.js';
import { unpackEntries } from '../../../src/adapters/sqlite/unpack-entries.js';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import type { Entry } from '../../../src/domain/alert/entry.js';

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
const entryOf = (...alerts: readonly IncomingAlert[]): Entry => ({ kind: 'alerts', alerts });

describe('the packer of alerts', () => {
  let now: number;
  let packer: AlertPacker;
  let written: Map<number, IncomingAlert>;

  beforeEach(() => {
    now = end;
    packer = createAlertPacker({ next: 5, now: () => now });
    written = new Map();
  });

  /** Packs as an append does and keeps what it writes. Returns how many alerts were written. */
  const pack = (...entries: readonly Entry[]): number => {
    const packed = packer.pack(entries);
    const fresh = packed.fresh === '' ? [] : (JSON.parse(packed.fresh) as IncomingAlert[]);
    for (const [index, each] of fresh.entries()) written.set(packed.first + index, each);
    expect(packed.next).to.equal(packed.first + fresh.length);
    expect(JSON.stringify(unpackEntries(packed.text, written))).to.equal(JSON.stringify(entries));
    return fresh.length;
  };

  it('writes an alert once, and its number where it comes again with another end', () => {
    expect(pack(entryOf(alert, { ...alert, endsAt: end + 1 }))).to.equal(1);
    expect(pack({ kind: 'tick' }, entryOf({ ...alert, endsAt: end - 1 }), entryOf(alert))).to.equal(0);
    expect([...written.keys()]).to.deep.equal([5]);
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

  it('forgets after an hour, so that old alerts can be pruned', () => {
    pack(entryOf(alert));
    now += hour;
    expect(packer.pack([entryOf(alert)])).to.include({ since: 5, fresh: '' });
    now += 1;
    expect(packer.pack([entryOf(alert)])).to.include({ first: 6, since: 6, next: 7 });
  });

  it('forgets at a reset, and goes on from the number it is given', () => {
    pack(entryOf(alert));
    packer.reset(9);
    expect(packer.pack([entryOf(alert)])).to.include({ first: 9, since: 9, next: 10 });
  });
});
