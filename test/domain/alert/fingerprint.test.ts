import { expect } from 'chai';
import fc from 'fast-check';
import type { Labels } from '../../../src/domain/alert/alert.js';
import { fingerprint, fingerprintProbe } from '../../../src/domain/alert/fingerprint.js';

/** The definition, as slowly and plainly as it can be written. */
function slowFingerprint(labels: Labels): string {
  const names = Object.keys(labels).sort((left, right) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  const parts = names.flatMap((name) => [
    Buffer.from(name),
    Buffer.from([255]),
    Buffer.from(labels[name]!),
    Buffer.from([255]),
  ]);
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.concat(parts)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/** Text in which the places where UTF-16 and UTF-8 disagree are common. */
const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'b', '0', '_', 'é', 'Σ', '\u{d7ff}', '\ue000', '\uffff', '🙂', '\u{10ffff}'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    { maxLength: 5 },
  )
  .map((units) => units.join(''));

describe('fingerprint', () => {
  const vectors: readonly [Labels, string][] = [
    [{}, 'cbf29ce484222325'],
    [{ name: 'garland, briggs', fear: 'love is not enough' }, '507a62d79ee76c9a'],
    [{ 'first-label': 'first-label-value' }, '476b44f5db3e21f9'],
    [{ 'first-label': 'first-label-value', 'second-label': 'second-label-value' }, '2c59c33dd8453b1d'],
    [{ alertname: 'test1' }, '5ae90ff6f82ebe6b'],
    [{ alertname: 'test1', severity: 'warning' }, '8f14a41207c8456c'],
    [{ a: 'a', '00': 'b', Σ: 'c', '🙂': 'dΘ' }, 'd90789cf54ff7ca7'],
  ];

  for (const [labels, expected] of vectors) {
    it(`gives ${expected} for ${JSON.stringify(labels)}`, () => {
      expect(fingerprint(labels)).to.equal(expected);
    });
  }

  it('does not depend on the order in which labels were added', () => {
    expect(fingerprint({ severity: 'warning', alertname: 'test1' })).to.equal('8f14a41207c8456c');
  });

  it('orders names by UTF-8 bytes where UTF-16 would order them otherwise', () => {
    const labels = { '🙂': 'astral', '\uff5e': 'last of the plane below' };
    expect(Object.keys(labels).sort()[0]).to.equal('🙂');
    expect(fingerprint(labels)).to.equal(slowFingerprint(labels));
  });

  it('takes a lone surrogate for the replacement character, in names and in values', () => {
    expect(fingerprint({ 'a\ud800b': 'x\udc00' })).to.equal(fingerprint({ 'a\ufffdb': 'x\ufffd' }));
    expect(fingerprint({ '\ud83d': '1', '🙂': '2' })).to.equal(fingerprint({ '\ufffd': '1', '🙂': '2' }));
  });

  it('reads a label called __proto__ like any other', () => {
    const labels = JSON.parse('{"__proto__":"x","a":"b"}') as Labels;
    expect(fingerprint(labels)).to.equal(slowFingerprint(labels));
    expect(fingerprint(labels)).not.to.equal(fingerprint({ a: 'b' }));
  });

  it('equals the plain definition on any Unicode labels', () => {
    fc.assert(
      fc.property(fc.dictionary(trickyText, trickyText, { maxKeys: 12 }), (labels) => {
        expect(fingerprint(labels)).to.equal(slowFingerprint(labels));
      }),
      { numRuns: 500 },
    );
  });

  it('equals the plain definition on long ASCII values, where every carry happens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 200, maxLength: 400 }), (value) => {
        expect(fingerprint({ value })).to.equal(slowFingerprint({ value }));
      }),
      { numRuns: 50 },
    );
  });
});

describe('fingerprintProbe', () => {
  const labels = { alertname: 'DiskFull', instance: 'db-1' };

  it('gives another id of 16 hex digits for each collision, the same every time', () => {
    const ids = [1, 2, 3, 4, 5].map((n) => fingerprintProbe(labels, n));
    expect(new Set([...ids, fingerprint(labels)]).size).to.equal(6);
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{16}$/);
    expect([1, 2, 3, 4, 5].map((n) => fingerprintProbe({ ...labels }, n))).to.deep.equal(ids);
  });

  it('hashes the number as a text in front of the labels', () => {
    // An empty name ends the same way as the number does: `1 0xFF` then the labels.
    expect(fingerprintProbe({}, 1)).not.to.equal(fingerprintProbe({}, 11));
    expect(fingerprintProbe(labels, 1)).not.to.equal(fingerprintProbe({ ...labels, instance: 'db-2' }, 1));
  });
});
