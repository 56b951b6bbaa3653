import { expect } from 'chai';
import fc from 'fast-check';
import { createEngine } from '../../../../src/domain/triage/engine.js';
import type { OpeningDecision } from '../../../../src/domain/triage/trace/opening-decision.js';
import { anyRules, lonelyAlerts } from '../../../support/any-rules.js';
import { createWorld, emptyLedger, imageOf, minute } from '../../../support/engine-world.js';
import { holdRule, sampleRules } from '../../../support/sample-rules.js';

const decisionOf = (world: ReturnType<typeof createWorld>, incident = 'INC-1'): OpeningDecision =>
  world.timeline(incident)[0]?.detail['decision'] as unknown as OpeningDecision;

describe('the decision that an incident opens by', () => {
  it('names the rules that acted, stage by stage, with the values compared and who set the levels', () => {
    const world = createWorld();
    world.receive({});
    const { basis, acted, impact, urgency } = decisionOf(world);
    expect(basis).to.equal('message');
    expect(acted.map(({ stage, rule }) => [stage, rule.id])).to.deep.equal([
      ['bind', 'checkout'],
      ['classify', 'errors'],
      ['correlate', 'group-by-service'],
      ['route', 'major'],
    ]);
    expect(acted[1]?.check).to.include({ field: 'labels.alertname', actual: 'Errors', holds: true });
    expect(acted[1]?.writes).to.deep.equal([{ field: 'category', from: null, to: 'availability/errors' }]);
    expect([impact, urgency].map(({ level, from }) => [level, from])).to.deep.equal([
      ['high', 'service-tier'],
      ['high', 'severity'],
    ]);
  });

  it('is made of what is remembered where what held the alert back ends', () => {
    const world = createWorld(sampleRules({ adjust: [holdRule('blips', 2 * minute)] }));
    world.receive({ severity: 'warning' });
    world.wait(3 * minute);
    const { basis, acted } = decisionOf(world);
    expect(basis).to.equal('remembered');
    expect(acted.map(({ rule }) => rule.id)).to.include.members(['errors', 'blips', 'group-by-service']);
  });

  it('is not there where a person opens it by a split', () => {
    const world = createWorld();
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: '1' } });
    world.receive({ labels: { alertname: 'Errors', service: 'checkout', pod: '2' } });
    const [alert] = world.alerts().slice(-1);
    world.ask({ name: 'split', incident: 'INC-1', alerts: [alert!.fingerprint] });
    expect(world.incident('INC-2').alertCount).to.equal(1);
    expect(decisionOf(world, 'INC-2')).to.equal(undefined);
  });

  it('says what the trace would have said, for any rules and alerts', () => {
    fc.assert(
      fc.property(anyRules, lonelyAlerts, (rules, log) => {
        const engine = createEngine({ shard: 0, image: imageOf(emptyLedger(), 0), ruleSet: () => rules });
        for (const record of log) {
          const [entry] = record.entries;
          const incoming = entry?.kind === 'alerts' ? entry.alerts[0] : undefined;
          engine.apply({ ...record, entries: [{ kind: 'tick' }] });
          const trace = incoming === undefined ? null : engine.explain({ incoming, at: record.at });
          engine.cut();
          engine.apply(record);
          const opened = engine
            .cut()
            .timeline.find(
              ({ type, detail }) => type === 'opened' && detail['alert'] === trace?.alert.fingerprint,
            );
          if (opened === undefined || trace?.correlate?.kind !== 'open') continue;
          const decision = opened.detail['decision'] as unknown as OpeningDecision;
          const matched = [
            trace.normalize,
            trace.bind,
            trace.classify,
            trace.adjust,
            trace.correlate,
            trace.route,
          ]
            .flatMap((stage) => stage?.tries ?? [])
            .filter(({ verdict }) => verdict === 'matched');
          expect(decision.acted.map(({ rule, check, writes }) => ({ rule, check, writes }))).to.deep.equal(
            matched.map(({ rule, check, writes }) => ({ rule, check, writes })),
          );
          expect({ impact: decision.impact, urgency: decision.urgency }).to.deep.equal({
            impact: trace.prioritize?.impact,
            urgency: trace.prioritize?.urgency,
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
