import { expect } from 'chai';
import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { answerTo, type Asked, type Question } from '../../../src/domain/triage/answer-to.js';
import { createVerdictTree } from '../../../src/domain/triage/verdict-tree.js';

const [a, b, c] = ['a', 'b', 'c'].map((name): Question => ({ kind: 'label', name })) as [
  Question,
  Question,
  Question,
];

function saying(labels: IncomingAlert['labels']): Asked {
  const said = { source: 's', fingerprint: '1', severity: 'info', title: 't', annotations: {} } as const;
  return { incoming: { ...said, labels }, at: 0 };
}

describe('the tree of verdicts', () => {
  it('finds a verdict for all that say the same where it was asked, and for nobody else', () => {
    const tree = createVerdictTree<Question, Asked, number>(answerTo);
    tree.remember(saying({ a: '1', b: '1', c: '1' }), new Set([a, b]), 11);
    expect(tree.find(saying({ a: '1', b: '1', c: '9' }))).to.equal(11);
    expect(tree.find(saying({ a: '1', b: '2' }))).to.equal(undefined);
    expect(tree.find(saying({ b: '1' }))).to.equal(undefined);
  });

  it('asks all questions of a verdict, in whichever order others were asked', () => {
    const tree = createVerdictTree<Question, Asked, number>(answerTo);
    tree.remember(saying({ a: '1', b: '1', c: '1' }), new Set([a, b]), 1);
    tree.remember(saying({ a: '2', b: '1', c: '1' }), new Set([b, c]), 2);
    expect(tree.find(saying({ a: '2', b: '1', c: '1' }))).to.equal(2);
    expect(tree.find(saying({ a: '2', b: '1', c: '7' }))).to.equal(undefined);
    expect(tree.find(saying({ a: '2', b: '7', c: '1' }))).to.equal(undefined);
  });

  it('needs no further answers where one verdict needed none', () => {
    const tree = createVerdictTree<Question, Asked, number>(answerTo);
    tree.remember(saying({ a: '1', b: '1' }), new Set([a, b]), 1);
    tree.remember(saying({ a: '1', b: '2' }), new Set([a]), 2);
    expect(tree.find(saying({ a: '1', b: '3' }))).to.equal(2);
  });
});
