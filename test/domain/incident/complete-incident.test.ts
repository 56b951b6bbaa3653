import { expect } from 'chai';
import { completeIncident } from '../../../src/domain/incident/complete-incident.js';
import { factsOf } from '../../../src/domain/incident/incident-facts.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { createWorld, minute } from '../../support/engine-world.js';
import { sampleIncident } from '../../support/sample-documents.js';

describe('a stored incident', () => {
  it('of an earlier version gets the fields that it lacks', () => {
    const { escalationCount, ...earlier } = sampleIncident();
    expect(escalationCount).to.be.a('number');
    const complete = completeIncident(earlier as Incident);
    expect(complete).to.deep.equal({ ...sampleIncident(), escalationCount: 0 });
    expect(factsOf(earlier as Incident).escalationCount).to.equal(0);
  });

  it('of a version without warnings, repeats and subscribers goes on as that one would have', () => {
    const world = createWorld();
    world.receive({ severity: 'error' });
    world.wait(10 * minute);
    const { alsoNotify, ...earlier } = world.incident();
    const { repeat, warnAt, taken, repeats, channels, informed, ...run } = earlier.escalation;
    const { mode, ...group } = earlier.group!;
    const { warned, ...resolve } = earlier.sla.resolve!;
    const stored = { ...earlier, escalation: run, group, sla: { resolve } } as unknown as Incident;
    const complete = completeIncident(stored);
    expect(complete.escalation).to.deep.equal({ ...run, repeat, warnAt, taken, repeats, channels, informed });
    expect(complete).to.deep.include({
      alsoNotify,
      group: { ...group, mode },
      sla: { resolve: { ...resolve, warned } },
    });
    expect([taken, channels], 'the step in force').to.deep.equal([2, ['page']]);
  });

  it('of this version stays as it is', () => {
    const incident = sampleIncident({ escalationCount: 3 });
    expect(completeIncident(incident)).to.equal(incident);
  });
});
