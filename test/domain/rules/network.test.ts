import { expect } from 'chai';
import { parseNetwork } from '../../../src/domain/rules/network.js';

describe('parseNetwork', () => {
  it('reads networks and single addresses of both families', () => {
    expect(parseNetwork('10.0.0.0/8')).to.deep.equal({
      ok: true,
      network: { bytes: [10, 0, 0, 0], bits: 8 },
    });
    expect(parseNetwork('10.1.2.3')).to.deep.equal({ ok: true, network: { bytes: [10, 1, 2, 3], bits: 32 } });
    expect(parseNetwork('0.0.0.0/0')).to.deep.equal({ ok: true, network: { bytes: [0, 0, 0, 0], bits: 0 } });
    const wide = parseNetwork('2001:db8::/33');
    expect(wide.ok && wide.network.bits).to.equal(33);
    expect(wide.ok && wide.network.bytes.length).to.equal(16);
  });

  it('names the network that bits beyond the prefix were meant for', () => {
    expect(parseNetwork('10.1.2.3/8')).to.have.property('error').that.contains('write 10.0.0.0/8');
    expect(parseNetwork('10.1.130.3/17')).to.have.property('error').that.contains('write 10.1.128.0/17');
    expect(parseNetwork('2001:db8::1/32')).to.have.property('error').that.contains('write 2001:db8::/32');
    expect(parseNetwork('::1/0')).to.have.property('error').that.contains('write ::/0');
  });

  for (const text of [
    '',
    'host',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '10.0.0.0/8 ',
  ]) {
    it(`refuses "${text}"`, () => {
      expect(parseNetwork(text)).to.have.property('ok', false);
    });
  }
});
