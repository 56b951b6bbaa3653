import { expect } from 'chai';
import fc from 'fast-check';
import { idAround, joinPointer, pointerSegments } from '../../../src/domain/rules/json-pointer.js';

describe('JSON pointer', () => {
  it('gives back the segments it was joined from, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (segments) => {
        expect(pointerSegments(joinPointer('', ...segments))).to.deep.equal(segments);
      }),
    );
  });

  it('escapes tilde and slash', () => {
    expect(joinPointer('/rules', 0, 'a/b~c')).to.equal('/rules/0/a~1b~0c');
  });

  it('finds the id of the innermost object around it', () => {
    const body = { id: 'outer', rules: [{ id: 'inner', then: { labels: { x: 1 } } }, { id: 7 }] };
    expect(idAround(body, '/rules/0/then/labels/x')).to.equal('inner');
    expect(idAround(body, '/rules/1/then')).to.equal('outer');
    expect(idAround(body, '')).to.equal('outer');
    expect(idAround([], '/0')).to.equal(null);
  });
});
