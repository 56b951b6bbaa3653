import { expect } from 'chai';
import fc from 'fast-check';
import { hourMs, noAlerts } from '../../../src/domain/alert/alert-tally.js';
import type { RefiredAlert } from '../../../src/domain/alert/refired-alert.js';
import { createNoiseGatherer } from '../../../src/domain/report/noise.js';
import { nine } from '../../support/sample-facts.js';

function refired(fingerprint: string, occurrenceCount: number): RefiredAlert {
  const alert = { title: 'Errors', service: null, source: 'prometheus', incident: null };
  return { fingerprint, occurrenceCount, receivedCount: 9, lastSeenAt: nine, ...alert };
}

describe('the noise of a period', () => {
  it('is counted by the whole hours that cover it', () => {
    const noise = createNoiseGatherer({ since: nine + 1, until: nine + 2 * hourMs + 1 }, 3);
    expect(noise.period).to.deep.equal({ since: nine, until: nine + 3 * hourMs });
    const even = createNoiseGatherer({ since: nine, until: nine + hourMs }, 3);
    expect(even.period).to.deep.equal({ since: nine, until: nine + hourMs });
  });

  it('adds up what came, beside what incidents came of it', () => {
    const noise = createNoiseGatherer({ since: nine, until: nine + 2 * hourMs }, 3);
    noise.tally({ hour: nine, received: 10, deduplicated: 6, occurrences: 3, suppressed: { silence: 1 } });
    noise.tally({
      hour: nine + hourMs,
      received: 30,
      deduplicated: 14,
      occurrences: 5,
      suppressed: { silence: 2, maintenance: 4 },
    });
    expect(noise.noise(8)).to.deep.include({
      received: 40,
      receivedPerIncident: 5,
      deduplicated: 20,
      deduplicatedShare: 0.5,
      occurrences: 8,
      suppressed: { maintenance: 4, silence: 3 },
    });
    expect(noise.noise(0).receivedPerIncident).to.equal(null);
  });

  it('has no shares of nothing', () => {
    const noise = createNoiseGatherer({ since: nine, until: nine + 1 }, 3).noise(0);
    expect(noise).to.deep.include({ ...noAlerts, receivedPerIncident: null, deduplicatedShare: null });
  });

  it('lists the alerts that fired most often, however many there are and in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 40 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 5 }),
        (counts, top) => {
          const noise = createNoiseGatherer({ since: nine, until: nine + 1 }, top);
          for (const [index, count] of counts.entries()) noise.refired(refired(`f${index + 1000}`, count));
          const expected = [...counts].sort((a, b) => b - a).slice(0, top);
          expect(noise.noise(0).flapping.map(({ occurrenceCount }) => occurrenceCount)).to.deep.equal(
            expected,
          );
        },
      ),
    );
  });
});
