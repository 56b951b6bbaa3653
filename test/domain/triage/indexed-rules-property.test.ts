import { expect } from 'chai';
import { drawHistories } from '../../support/draw-histories.js';
import { foldLog } from '../../support/fold-log.js';
import { indexAll } from '../../support/index-all.js';
import { ruleSet } from '../../support/rules-of-histories.js';

describe('rules that are looked up', () => {
  it('leave in the store what rules that are tried one by one leave, whatever is received and reloaded', () => {
    const calmer = indexAll(ruleSet('calmer'));
    const usual = indexAll(ruleSet('sample'));
    const indexed = (hash: string): typeof usual => (hash === 'calmer' ? calmer : usual);
    drawHistories(20)(({ log, ledger }) => {
      expect(foldLog(log, { cutAfter: () => true, by: indexed })).to.deep.equal(ledger);
    });
  });
});
