import { expect } from 'chai';
import fc from 'fast-check';
import type { LabelMatcher } from '../../../src/domain/alert/label-matcher.js';
import {
  applySilences,
  compileSilence,
  type ActiveSilence,
} from '../../../src/domain/triage/apply-silences.js';
import { SilenceIndex } from '../../../src/domain/triage/silence-index.js';
import type { Silence } from '../../../src/domain/triage/silence.js';

const name = fc.constantFrom('env', 'pod', 'constructor');
const labels = fc.dictionary(name, fc.constantFrom('a', 'b', 'ab', ''));
const matcher: fc.Arbitrary<LabelMatcher> = fc.oneof(
  fc.record({
    name,
    value: fc.constantFrom('a', 'b', ''),
    isRegex: fc.constant(false),
    isEqual: fc.boolean(),
  }),
  fc.record({
    ...{ name, value: fc.constantFrom('a|b', 'ab?', '.*', '|a', '(bad'), isRegex: fc.constant(true) },
    isEqual: fc.boolean(),
  }),
);
const silence: fc.Arbitrary<Silence> = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
  matchers: fc.array(matcher, { maxLength: 3 }),
  state: fc.constantFrom('pending', 'active', 'active', 'expired'),
  ...{
    startsAt: fc.constant(0),
    endsAt: fc.constant(1),
    createdAt: fc.constant(0),
    updatedAt: fc.constant(0),
  },
  ...{ createdBy: fc.constant('ines'), comment: fc.constant('known'), forgetAt: fc.constant(null) },
});

describe('the index of silences', () => {
  it('finds every silence that covers an alert, whichever came, began and ended before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(silence, labels), { minLength: 1, maxLength: 30 }), (steps) => {
        const all = new Map<string, ActiveSilence>();
        const index = new SilenceIndex();
        for (const [next, of] of steps) {
          const compiled = compileSilence(next);
          all.set(next.id, compiled);
          index.put(compiled);
          const covered = applySilences({ labels: of }, index.about(of));
          expect(covered).to.deep.equal(applySilences({ labels: of }, all.values()));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds an alert against few of many', () => {
    const index = new SilenceIndex();
    for (let pod = 0; pod < 1_000; pod += 1) {
      const matchers = [
        { name: 'env', value: 'prod', isRegex: false, isEqual: true },
        { name: 'pod', value: `pod-${pod}|pod-${pod + 1}`, isRegex: true, isEqual: true },
      ];
      index.put(compileSilence({ ...known, id: String(pod), matchers }));
    }
    const found = [...index.about({ env: 'prod', pod: 'pod-700' })].map(({ silence: { id } }) => id);
    expect(found).to.include.members(['699', '700']);
    expect(found).to.have.lengthOf.below(10);
  });
});

const known: Silence = {
  ...{ id: '', matchers: [], startsAt: 0, endsAt: 1, createdBy: 'ines', comment: 'known' },
  ...{ createdAt: 0, updatedAt: 0, state: 'active', forgetAt: null },
};
