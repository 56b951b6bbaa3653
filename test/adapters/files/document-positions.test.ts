import { expect } from 'chai';
import { offsetAt, recordPositions } from '../../../src/adapters/files/document-positions.js';
import { parseYaml } from '../../../src/adapters/files/yaml-document.js';
import { LineCounter } from 'yaml';

const text = `rules:
  - id: first
    match: &same { env: prod, 7: [a, b] }
  - id: second
    match: *same
    then:
`;
const [document] = parseYaml(text, new LineCounter());
const positions = recordPositions(document!);

/** The line of the text that begins at the place, from there on. */
function at(pointer: string, part: 'key' | 'value' = 'value'): string {
  return text.slice(offsetAt(positions, pointer, part)).split('\n')[0]!;
}

describe('the positions of a document', () => {
  it('are those of values and keys, through lists, maps and aliases', () => {
    expect(at('')).to.equal('rules:');
    expect(at('/rules/1/id')).to.equal('second');
    expect(at('/rules/1/id', 'key')).to.equal('id: second');
    expect(at('/rules/0/match/7/1')).to.equal('b] }');
    expect(at('/rules/1/match')).to.equal('*same');
    expect(at('/rules/1/match', 'key')).to.equal('match: *same');
    expect(at('/rules/1/match/env')).to.equal('prod, 7: [a, b] }');
    expect(at('/rules/1/then', 'key')).to.equal('then:');
  });

  it('are those of the nearest part where a pointer leads nowhere', () => {
    expect(at('/nothing')).to.equal('rules:');
    for (const pointer of ['/rules/2', '/rules/-1', '/rules/1.5', '/rules/x', '/rules/length'])
      expect(at(pointer), pointer).to.equal('- id: first');
    expect(at('/rules/1/match/nothing')).to.equal('*same');
    expect(at('/rules/0/id/below', 'key')).to.equal('id: first');
  });

  it('can be handed to another thread', () => {
    expect(structuredClone(positions)).to.deep.equal(positions);
  });
});
