import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseIpAddress } from '../../../src/domain/alert/ip-address.js';

describe('parseIpAddress', () => {
  it('reads addresses of both families as bytes', () => {
    expect(parseIpAddress('10.1.2.255')).to.deep.equal([10, 1, 2, 255]);
    expect(parseIpAddress('::')).to.deep.equal(new Array(16).fill(0));
    expect(parseIpAddress('2001:DB8::1')).to.deep.equal([
      0x20,
      1,
      0xd,
      0xb8,
      ...new Array<number>(11).fill(0),
      1,
    ]);
    expect(parseIpAddress('64:ff9b::192.0.2.1')?.slice(-4)).to.deep.equal([192, 0, 2, 1]);
  });

  it('reads an IPv4 address in IPv6 clothes as IPv4', () => {
    expect(parseIpAddress('::ffff:10.1.2.3')).to.deep.equal([10, 1, 2, 3]);
    expect(parseIpAddress('::ffff:a01:203')).to.deep.equal([10, 1, 2, 3]);
  });

  for (const text of [
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1:80',
    '1::2::3',
    '1:2:3:4:5:6:7',
    ':::',
    '12345::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    ':1',
  ]) {
    it(`refuses ${text === '' ? 'an empty text' : text}`, () => {
      expect(parseIpAddress(text)).to.equal(null);
    });
  }

  it('takes exactly what Node takes for an address, but for zones', () => {
    const loose = fc.string({
      unit: fc.constantFrom('0', '1', '9', 'a', 'f', ':', ':', '::', '.', '2.3.4'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(loose, fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseIpAddress(text) !== null, text).to.equal(isIP(text) !== 0);
      }),
      { numRuns: 1000 },
    );
  });
});
