import { expect } from 'chai';
import fc from 'fast-check';
import type { Matcher } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { alertSubject } from '../../../src/domain/triage/alert-subject.js';
import { createSideFinder, type RuleSide } from '../../../src/domain/triage/side-finder.js';
import { indexAll } from '../../support/index-all.js';
import { sampleAlert } from '../../support/sample-documents.js';
import { breaking, inhibition, labelIs, ref, sampleRules, severityIn } from '../../support/sample-rules.js';

const names = ['alertname', 'pod', 'zone'];
const values = ['a', 'ab', 'b'];

const begins: fc.Arbitrary<Matcher> = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...values), fc.boolean())
  .map(([name, value, negate]) => ({
    ...{ kind: 'predicate', field: { kind: 'label', name }, negate, whenMissing: negate },
    test: { op: 'prefix', value, ignoreCase: false },
  }));
const plain = fc.oneof(
  fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)).map((pair) => labelIs(...pair)),
  fc.constantFrom('critical' as const, 'warning' as const).map((one) => severityIn(one)),
  begins,
);
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  plain,
  plain.map((of) => ({ kind: 'not', of }) as const),
  fc
    .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(plain, { maxLength: 3 }))
    .map(([kind, of]) => ({ kind, of })),
);
const ruleSet = fc
  .array(fc.record({ when: matcher, mute: matcher }), { maxLength: 8 })
  .map((all) =>
    sampleRules({ inhibitions: all.map((own, at) => inhibition({ ...own, ref: ref(`i${at}`) })) }),
  );
const alert = fc
  .record({
    labels: fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values)),
    severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
  })
  .map((own) => sampleAlert(own));
const ignored = (): void => undefined;

describe('the sides of an alert', () => {
  it('are those that its rules say one by one, whatever alerts came before and whether rules are looked up', () => {
    fc.assert(
      fc.property(ruleSet, fc.array(alert, { minLength: 5, maxLength: 20 }), (rules, alerts) => {
        for (const each of [rules, indexAll(rules)]) {
          const finder = createSideFinder();
          for (const one of alerts) {
            const subject = alertSubject(one, null);
            const expected = each.inhibitions
              .map((rule): RuleSide => {
                const [mutes, muted] = [matches(rule.when, subject, 0), matches(rule.mute, subject, 0)];
                return { rule, mutes, muted };
              })
              .filter(({ mutes, muted }) => mutes || muted);
            expect(finder.find(subject, each, ignored)).to.deep.equal(expected);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are those that the rules in force say, not those before', () => {
    const finder = createSideFinder();
    const subject = alertSubject(sampleAlert({ severity: 'critical' }), null);
    const [muting, other] = [
      inhibition(),
      inhibition({ when: severityIn('info'), mute: severityIn('none') }),
    ];
    const sidesBy = (...inhibitions: readonly ReturnType<typeof inhibition>[]): number =>
      finder.find(subject, sampleRules({ inhibitions }), ignored).length;
    expect([sidesBy(muting), sidesBy(other), sidesBy(muting, other)]).to.deep.equal([1, 0, 1]);
  });

  it('are without those of a rule that breaks, and that is told each time', () => {
    const finder = createSideFinder();
    const rules = sampleRules({
      inhibitions: [inhibition({ ref: ref('broken'), when: breaking }), inhibition()],
    });
    const subject = alertSubject(sampleAlert({ severity: 'critical' }), null);
    const told: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const sides = finder.find(subject, rules, ({ id }) => told.push(id));
      expect(sides.map(({ rule }) => rule.ref.id)).to.deep.equal(['critical-covers-warning']);
    }
    expect(told).to.deep.equal(['broken', 'broken', 'broken']);
  });

  it('are found by a few questions for alerts that no rule tells apart', () => {
    const finder = createSideFinder();
    const rules = sampleRules({ inhibitions: [inhibition()] });
    const read: string[] = [];
    for (const pod of ['a', 'b']) {
      const subject = alertSubject(sampleAlert({ severity: 'critical', labels: { pod } }), null);
      const sides = finder.find(
        {
          read(field) {
            read.push(field.kind === 'alert' ? field.name : field.kind);
            return subject.read(field);
          },
        },
        rules,
        ignored,
      );
      expect(sides).to.have.length(1);
      if (pod === 'a') read.splice(0);
    }
    expect(read).to.deep.equal(['severity']);
  });
});
