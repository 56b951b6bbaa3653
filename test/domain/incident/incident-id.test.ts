import { expect } from 'chai';
import fc from 'fast-check';
import { formatIncidentId, parseIncidentId } from '../../../src/domain/incident/incident-id.js';

describe('incident ids', () => {
  it('are short on shard 0 and name any other shard', () => {
    expect(formatIncidentId(0, 42)).to.equal('INC-42');
    expect(formatIncidentId(3, 42)).to.equal('INC-3-42');
  });

  it('are read back as what they were made of', () => {
    fc.assert(
      fc.property(fc.nat(64), fc.integer({ min: 1, max: 1e9 }), (shard, number) => {
        expect(parseIncidentId(formatIncidentId(shard, number))).to.deep.equal({ shard, number });
      }),
    );
  });

  it('are nothing else', () => {
    for (const odd of [
      '',
      'INC-',
      'INC-0',
      'INC-01',
      'inc-1',
      'INC-1-0',
      'INC-0-1',
      'INC-1-2-3',
      'INC-1 ',
      'INC-1e3',
    ]) {
      expect(parseIncidentId(odd), odd).to.equal(null);
    }
  });
});
