import { expect } from 'chai';
import { expectedIssues, fixtureFiles, loadOverMinimal, mistakes } from '../../support/fixture-bundle.js';

describe('lint of a bundle with one mistake', () => {
  it('has nothing to say about the bundle without the mistake', () => {
    const { ruleSet, issues } = loadOverMinimal({});
    expect(issues).to.deep.equal([]);
    expect(ruleSet?.name).to.equal('minimal');
  });

  it('knows a good number of mistakes', () => {
    expect(mistakes()).to.have.length.greaterThan(60);
  });

  for (const name of mistakes()) {
    it(`tells code, place, rule and advice: ${name}`, () => {
      const { ruleSet, issues } = loadOverMinimal(Object.fromEntries(fixtureFiles(name)));
      const told = issues.map(({ place, code, rule, hint }) => ({
        at: `${place.file}:${place.line}:${place.column}`,
        code,
        rule,
        hint,
      }));
      expect(told).to.deep.equal(expectedIssues(name)).and.not.empty;
      const broken = issues.some((issue) => issue.level === 'error');
      expect(ruleSet === null, 'no rule set where there is an error').to.equal(broken);
    });
  }
});
