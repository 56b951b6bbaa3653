import { expect } from 'chai';
import fc from 'fast-check';
import { mostSources } from '../../../src/domain/triage/count-sources.js';
import { labelValuesOf } from '../../../src/domain/triage/metric-family.js';
import { counterLabels, createTotals, histogramBounds } from '../../../src/domain/triage/totals.js';

const anyText = fc.string({ unit: 'binary' });

describe('totals', () => {
  it('counts each combination of label values by itself', () => {
    const totals = createTotals();
    totals.inc('alerts_received', ['prometheus', 'firing']);
    totals.inc('alerts_received', ['prometheus', 'firing'], 4);
    totals.inc('alerts_received', ['prometheus', 'resolved']);
    totals.inc('alerts_deduplicated', ['prometheus']);
    const { counters } = totals.snapshot();
    expect(counters['alerts_received']).to.deep.equal({
      'prometheus\u0000firing': 5,
      'prometheus\u0000resolved': 1,
    });
    expect(counters['alerts_deduplicated']).to.deep.equal({ prometheus: 1 });
    expect(counters['rule_hits']).to.deep.equal({});
  });

  it('counts the sources that come after many others as other, wherever the totals were cut', () => {
    const names = Array.from({ length: 2 * mostSources }, (_, index) => `source-${index}`);
    const [before, after] = [names.slice(0, mostSources / 2), [...names, 'source-0', 'other']];
    const cut = createTotals();
    for (const source of before) cut.inc('alerts_received', [source, 'firing']);
    const loaded = createTotals(cut.snapshot());
    for (const totals of [cut, loaded]) {
      for (const source of after) totals.inc('alerts_received', [source, 'firing']);
      totals.inc('alerts_deduplicated', [names.at(-1)!]);
    }
    expect(loaded.snapshot()).to.deep.equal(cut.snapshot());
    const { alerts_received: received, alerts_deduplicated: repeated } = cut.snapshot().counters;
    expect(Object.keys(received!)).to.have.length(mostSources + 1);
    expect(received).to.include({ 'source-0\u0000firing': 3, 'other\u0000firing': mostSources + 1 });
    expect(repeated).to.deep.equal({ other: 1 });
  });

  it('lists every metric of the tables, in their order', () => {
    const { counters, histograms } = createTotals().snapshot();
    expect(Object.keys(counters)).to.deep.equal(Object.keys(counterLabels));
    expect(Object.keys(histograms)).to.deep.equal(Object.keys(histogramBounds));
  });

  it('puts a duration into the bucket of the smallest bound that is not below it', () => {
    const totals = createTotals();
    for (const ms of [0, 60_000, 60_001, 8 * 86_400_000]) {
      totals.observe('incident_time_to_resolve', ['P1', 'L2'], ms);
    }
    const total = totals.snapshot().histograms['incident_time_to_resolve']!['P1\u0000L2']!;
    expect(total.buckets).to.have.length(16);
    expect(total.buckets[0]).to.equal(2);
    expect(total.buckets[1]).to.equal(1);
    expect(total.buckets[15]).to.equal(1);
    expect(total.count).to.equal(4);
    expect(total.sum).to.equal(120_001 + 8 * 86_400_000);
  });

  it('knows buckets from one minute to seven days for what people do, from 10 ms to 15 min for what it does itself', () => {
    const { alert_to_notification: sending, ...handling } = histogramBounds;
    for (const bounds of Object.values(handling)) {
      expect([bounds[0], bounds.at(-1)]).to.deep.equal([60_000, 7 * 86_400_000]);
    }
    expect([sending[0], sending.at(-1)]).to.deep.equal([10, 900_000]);
    for (const bounds of Object.values(histogramBounds)) {
      expect([...new Set(bounds)].sort((a, b) => a - b)).to.deep.equal(bounds);
    }
  });

  it('does not change a snapshot by counting on', () => {
    const totals = createTotals();
    totals.inc('rule_hits', ['a']);
    totals.observe('incident_time_to_acknowledge', ['P1', 'L1'], 1);
    const before = totals.snapshot();
    const asText = JSON.stringify(before);
    totals.inc('rule_hits', ['a']);
    totals.observe('incident_time_to_acknowledge', ['P1', 'L1'], 1);
    expect(JSON.stringify(before)).to.equal(asText);
    expect(totals.snapshot().counters['rule_hits']).to.deep.equal({ a: 2 });
  });

  it('copies only the metrics that changed since the last snapshot', () => {
    const totals = createTotals();
    totals.inc('rule_hits', ['a']);
    const first = totals.snapshot();
    totals.inc('occurrences', ['a']);
    const second = totals.snapshot();
    expect(second.counters['rule_hits']).to.equal(first.counters['rule_hits']);
    expect(second.counters['occurrences']).not.to.equal(first.counters['occurrences']);
  });

  it('keeps what an image holds under names it does not know', () => {
    const image = { counters: { from_the_future: { a: 7 } }, histograms: {} };
    expect(createTotals(image).snapshot().counters['from_the_future']).to.deep.equal({ a: 7 });
  });

  it('reads a key that was written before a label was added as empty there', () => {
    expect(labelValuesOf('P1\u0000L1', 3)).to.deep.equal(['P1', 'L1', '']);
  });

  it('counts label values that are names of object properties', () => {
    const totals = createTotals();
    for (const rule of ['__proto__', 'constructor', '7']) totals.inc('rule_hits', [rule]);
    const stored = JSON.parse(JSON.stringify(totals.snapshot())) as ReturnType<typeof totals.snapshot>;
    expect(Object.entries(stored.counters['rule_hits']!)).to.have.deep.members([
      ['7', 1],
      ['__proto__', 1],
      ['constructor', 1],
    ]);
  });

  it('replaces what a key or UTF-8 cannot hold, and counts it under the replacement', () => {
    const totals = createTotals();
    totals.inc('rule_hits', ['a\u0000b']);
    totals.inc('rule_hits', ['a\uD800b']);
    totals.inc('rule_hits', ['a😀b']);
    expect(totals.snapshot().counters['rule_hits']).to.deep.equal({ 'a\uFFFDb': 2, 'a😀b': 1 });
  });

  it('gives the same totals wherever they were stored and loaded between', () => {
    const event = fc.record({ source: anyText, status: anyText, ms: fc.nat(), restart: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const straight = createTotals();
        let restarted = createTotals();
        for (const { source, status, ms, restart } of events) {
          for (const totals of [straight, restarted]) {
            totals.inc('alerts_received', [source, status]);
            totals.observe('incident_time_to_resolve', [source, status], ms);
          }
          if (restart) {
            restarted = createTotals(JSON.parse(JSON.stringify(restarted.snapshot())) as never);
          }
        }
        expect(JSON.stringify(restarted.snapshot())).to.equal(JSON.stringify(straight.snapshot()));
      }),
    );
  });
});
