import { expect } from 'chai';
import fc from 'fast-check';
import { fixtureFiles, loadOverMinimal } from '../../support/fixture-bundle.js';

const files = [...fixtureFiles('minimal')];

/** A part of a text cut out and something else put there: what half-done edits and merges look like. */
const spoiltFile = fc
  .record({
    file: fc.constantFrom(...files),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat({ max: 30 }),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '\n',
        '\t',
        ': ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!x ',
        "'",
        '"',
        '#',
        '{{',
        '<<: ',
        '---\n',
        '%',
        '|',
        '? ',
      ),
      fc.string({ maxLength: 8 }),
      fc.constantFrom('null', '-1', '1e999', '~', '__proto__: 1', 'constructor: {}', 'id: x', 'regex: "("'),
    ),
  })
  .map(({ file: [name, text], at, cut, put }) => {
    const start = Math.floor(at * text.length);
    return [name, text.slice(0, start) + put + text.slice(start + cut)] as const;
  });

describe('lint of any text', () => {
  it('never throws: there is a rule set or an error, and every finding has a place inside its file', () => {
    fc.assert(
      fc.property(spoiltFile, ([name, text]) => {
        const { ruleSet, issues } = loadOverMinimal({ [name]: text });
        expect(ruleSet === null).to.equal(issues.some(({ level }) => level === 'error'));
        for (const { place, message } of issues) {
          const lines = (place.file === name ? text : (new Map(files).get(place.file) ?? '')).split('\n');
          expect(place.line, message).to.be.within(1, lines.length);
          expect(place.column, message).to.be.within(1, (lines[place.line - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 1_500 },
    );
  }).timeout(60_000);

  it('never throws at text that was never meant to be YAML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { ruleSet, issues } = loadOverMinimal({ 'triage.yaml': text });
        expect(ruleSet).to.equal(null);
        expect(issues).to.not.be.empty;
      }),
      { numRuns: 500 },
    );
  }).timeout(60_000);
});
