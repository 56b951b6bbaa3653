import { expect } from 'chai';
import fc from 'fast-check';
import { createIncidentList } from '../../../src/domain/triage/incident-list.js';

const step = fc.record({ number: fc.integer({ min: 1, max: 12 }), adds: fc.boolean() });

describe('a list of incidents', () => {
  it('holds each that was added and not removed once, by number, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const list = createIncidentList();
        const held = new Set<number>();
        for (const { number, adds } of steps) {
          const incident = { id: `INC-${number}`, number };
          if (adds) expect(list.add(incident)).to.equal(!held.has(number));
          else list.remove(incident);
          if (adds) held.add(number);
          else held.delete(number);
        }
        const expected = [...held].sort((a, b) => a - b).map((number) => `INC-${number}`);
        expect([...list.ids()]).to.deep.equal(expected);
        expect(list.size()).to.equal(held.size);
      }),
    );
  });
});
