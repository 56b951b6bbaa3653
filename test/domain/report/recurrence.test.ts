import { expect } from 'chai';
import type { IncidentFacts } from '../../../src/domain/incident/incident-facts.js';
import { createRecurrenceGatherer, normalizeCause } from '../../../src/domain/report/recurrence.js';
import { nine, sampleFacts } from '../../support/sample-facts.js';

const hour = 3_600_000;

function gather(...incidents: Partial<IncidentFacts>[]) {
  const recurrence = createRecurrenceGatherer();
  for (const incident of incidents) recurrence.add(sampleFacts(incident));
  return recurrence;
}

describe('what comes back', () => {
  it('is a root cause that several incidents have, however it is written', () => {
    const recurrence = gather(
      { rootCause: 'Disk full ', openedAt: nine, timeToResolveMs: hour },
      { rootCause: 'expired certificate' },
      { rootCause: '„disk  FULL“.', openedAt: nine + 6 * hour, service: 'stock', timeToResolveMs: 2 * hour },
      { rootCause: 'DISK FULL', openedAt: nine + 4 * hour, service: null },
      { rootCause: ' . ' },
      { rootCause: null },
    );
    expect(recurrence.causes(9)).to.deep.equal([
      {
        cause: 'Disk full',
        services: ['shop', 'stock'],
        incidents: 3,
        firstOpenedAt: nine,
        lastOpenedAt: nine + 6 * hour,
        everyMs: 3 * hour,
        resolveMs: 3 * hour,
      },
    ]);
  });

  it('does not take different causes for one', () => {
    expect(normalizeCause('release 4.2')).to.not.equal(normalizeCause('release 4.3'));
    expect(normalizeCause('C++')).to.not.equal(normalizeCause('C'));
    expect(normalizeCause('ﬁle system')).to.equal('file system');
  });

  it('is a category that a service has again, or that comes without a service', () => {
    const recurrence = gather(
      { category: 'a', service: 'shop' },
      { category: 'a', service: 'stock' },
      { category: 'b', service: null },
      { category: 'b', service: null },
      { category: 'a', service: 'shop' },
      { category: 'a', service: 'shop' },
    );
    const rows = recurrence
      .troubles(9)
      .map(({ category, service, incidents }) => [category, service, incidents]);
    expect(rows).to.deep.equal([
      ['a', 'shop', 3],
      ['b', null, 2],
    ]);
    expect(recurrence.troubles(1)).to.have.length(1);
  });

  it('lists the most frequent first, of equals the one that came last', () => {
    const causes = ['a', 'b', 'c', 'b', 'a', 'c', 'c'];
    const recurrence = gather(
      ...causes.map((rootCause, index) => ({ rootCause, openedAt: nine + index * hour })),
    );
    expect(recurrence.causes(9).map(({ cause }) => cause)).to.deep.equal(['c', 'a', 'b']);
    expect(recurrence.causes(2).map(({ cause }) => cause)).to.deep.equal(['c', 'a']);
  });
});
