import { expect } from 'chai';
import { completeIncident } from '../../../src/domain/incident/complete-incident.js';
import { factsOf } from '../../../src/domain/incident/incident-facts.js';
import type { Incident } from '../../../src/domain/incident/incident.js';
import { sampleIncident } from '../../support/sample-documents.js';

describe('a stored incident', () => {
  it('of an earlier version gets the fields that it lacks', () => {
    const { escalationCount, ...earlier } = sampleIncident();
    expect(escalationCount).to.be.a('number');
    const complete = completeIncident(earlier as Incident);
    expect(complete).to.deep.equal({ ...sampleIncident(), escalationCount: 0 });
    expect(factsOf(earlier as Incident).escalationCount).to.equal(0);
  });

  it('of this version stays as it is', () => {
    const incident = sampleIncident({ escalationCount: 3 });
    expect(completeIncident(incident)).to.equal(incident);
  });
});
