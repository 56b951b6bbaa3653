import { expect } from 'chai';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { edited, loadOverMinimal } from '../../support/fixture-bundle.js';

const minute = 60_000;
const hour = 60 * minute;

function compile(changes: Readonly<Record<string, string>> = {}): RuleSet {
  const { ruleSet, issues } = loadOverMinimal(changes);
  if (ruleSet === null) throw new Error(JSON.stringify(issues, null, 2));
  return ruleSet;
}

describe('compile of an escalation document', () => {
  describe('escalation', () => {
    it('gives targets and steps in milliseconds', () => {
      const { sla, policies, tiers } = compile();
      expect(sla.get('P1')).to.deep.equal({ acknowledgeMs: 5 * minute, resolveMs: 4 * hour });
      expect(sla.get('P5')).to.deep.equal({ resolveMs: 480 * hour });
      expect(policies.get('standard')).to.deep.equal({
        id: 'standard',
        file: 'escalation.yaml',
        line: 13,
        steps: [
          { afterMs: 0, tier: 'L1', notify: ['chat'] },
          { afterMs: 5 * minute, ifNot: 'acknowledged', tier: 'L2', notify: ['chat'] },
        ],
        repeat: null,
        warnAt: [],
      });
      expect(tiers.get('L2')).to.deep.equal({ id: 'L2', name: 'Engineers', team: 'platform' });
    });
  });

  describe('what a policy does beside its steps', () => {
    const policy = (more: string) =>
      compile({
        'escalation.yaml': edited('escalation.yaml', '    steps:', `    ${more}\n    steps:`),
      }).policies.get('standard');

    it('repeats, evenly where nothing is said', () => {
      expect(policy('repeat: { every: 30m, max: 3 }')?.repeat).to.deep.equal({
        everyMs: 30 * minute,
        max: 3,
        growth: 'none',
      });
      expect(policy('repeat: { every: 30m, max: 3, growth: double }')?.repeat?.growth).to.equal('double');
    });

    it('warns at shares in order, however they are written', () => {
      expect(policy('warnAt: [1, 0.5, 0.8]')?.warnAt).to.deep.equal([0.5, 0.8, 1]);
    });
  });

  describe('SLA clocks', () => {
    it('gives all four targets in milliseconds', () => {
      const text = edited(
        'escalation.yaml',
        'acknowledge: 5m, resolve: 4h',
        'acknowledge: 5m, update: 30m, mitigate: 1h, resolve: 4h',
      );
      expect(compile({ 'escalation.yaml': text }).sla.get('P1')).to.deep.equal({
        acknowledgeMs: 5 * minute,
        updateMs: 30 * minute,
        mitigateMs: hour,
        resolveMs: 4 * hour,
      });
    });

    for (const [written, at] of [
      ['acknowledge: 5m, update: 5h, resolve: 4h', '7:46'],
      ['acknowledge: 5m, mitigate: 5h, resolve: 4h', '7:48'],
      ['acknowledge: 2h, mitigate: 1h, resolve: 4h', '7:34'],
      ['acknowledge: 5h, resolve: 4h', '7:34'],
    ] as const) {
      it(`refuses ${written}: one clock makes the other pointless`, () => {
        const text = edited('escalation.yaml', 'acknowledge: 5m, resolve: 4h', written);
        const { issues } = loadOverMinimal({ 'escalation.yaml': text });
        const errors = issues.filter(({ level }) => level !== 'warning');
        expect(errors.map(({ code, place }) => `${code} ${place.line}:${place.column}`)).to.deep.equal([
          `bad-duration ${at}`,
        ]);
      });
    }
  });

  describe('the reach of steps', () => {
    const codes = (channels: string): readonly string[] =>
      loadOverMinimal({
        'notifiers.yaml': edited('notifiers.yaml', '  chat: { default: own-log }', channels),
      }).issues.map(({ level, code }) => `${level} ${code}`);

    it('is warned about where a channel forgot a team that a step can come to', () => {
      expect(codes('  chat: { default: none, desk: own-log }')).to.deep.equal(['warning reaches-nobody']);
    });

    it('is not where somebody wrote that it is meant', () => {
      expect(codes('  chat: { default: none }'), 'a queue').to.deep.equal([]);
      expect(codes('  chat: { default: none, desk: own-log, platform: none }')).to.deep.equal([]);
    });
  });
});
