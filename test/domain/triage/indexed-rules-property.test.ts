import { expect } from 'chai';
import fc from 'fast-check';
import { anyHistory, buildLog } from '../../support/any-history.js';
import { foldLog } from '../../support/fold-log.js';
import { indexAll } from '../../support/index-all.js';
import { ruleSet } from '../../support/rules-of-histories.js';

describe('rules that are looked up', () => {
  it('leave in the store what rules that are tried one by one leave, whatever is received and reloaded', () => {
    const calmer = indexAll(ruleSet('calmer'));
    const usual = indexAll(ruleSet('sample'));
    const indexed = (hash: string): typeof usual => (hash === 'calmer' ? calmer : usual);
    fc.assert(
      fc.property(anyHistory, (drawn) => {
        const log = buildLog(drawn);
        const cutAfter = (): boolean => true;
        expect(foldLog(log, { cutAfter, by: indexed })).to.deep.equal(foldLog(log, { cutAfter }));
      }),
      { numRuns: 20 },
    );
  });
});
