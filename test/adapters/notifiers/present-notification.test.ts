import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { presentNotification } from '../../../src/adapters/notifiers/present-notification.js';
import { announcementKinds, newsKinds, reporterKinds } from '../../../src/domain/incident/notification.js';
import { incidentStates, priorities, supportTiers } from '../../../src/domain/incident/scales.js';
import { sampleNotification } from '../../support/sample-notification.js';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly enum: readonly string[];
}

const schema = JSON.parse(readFileSync('schemas/notification.schema.json', 'utf8')) as Schema;

describe('the body of a webhook notification', () => {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const fits = ajv.compile(schema);

  it('is what the schema says, with nothing left out of it', () => {
    const quiet = sampleNotification({ kind: 'merged', step: 0, mergedInto: 'INC-7', text: 'the same' });
    const incident = { ...quiet.incident, service: null, runbook: null };
    const sla = { clock: 'update', share: 0.8, targetMs: 1_800_000, dueAt: 1_767_600_000_000 } as const;
    const warning = sampleNotification({ kind: 'warning', step: 0, sla });
    const repeat = sampleNotification({ kind: 'repeat', step: 3, repeat: 2, onCall: 'ines' });
    for (const notification of [sampleNotification(), { ...quiet, incident }, warning, repeat]) {
      const body = presentNotification(notification) as { incident: object };
      expect(fits(body), JSON.stringify(fits.errors)).to.equal(true);
      const optional = (['onCall', 'text', 'mergedInto', 'report', 'repeat', 'sla'] as const).filter(
        (name) => notification[name] === undefined,
      );
      expect([...Object.keys(body), ...optional]).to.have.members(Object.keys(schema.properties));
      expect(Object.keys(body.incident)).to.have.members(
        Object.keys(schema.properties['incident']!.properties),
      );
    }
  });

  it('says which clock a warning is about', () => {
    const sla = { clock: 'mitigate', share: 1, targetMs: 60_000, dueAt: Date.UTC(2026, 0, 5, 9, 1) } as const;
    expect(presentNotification(sampleNotification({ kind: 'warning', sla }))).to.deep.include({
      sla: { ...sla, dueAt: '2026-01-05T09:01:00.000Z' },
    });
  });

  it('says who is on call', () => {
    expect(presentNotification(sampleNotification({ onCall: 'ines' }))).to.deep.include({ onCall: 'ines' });
  });

  it('writes instants in RFC 3339 with milliseconds', () => {
    const body = presentNotification(sampleNotification()) as { incident: { openedAt: string } };
    expect(body.incident.openedAt).to.equal('2026-01-05T08:59:30.250Z');
  });

  it('has a schema that knows every kind, state, priority and tier', () => {
    expect(schema.properties['kind']!.enum).to.deep.equal([
      ...announcementKinds,
      ...newsKinds,
      ...reporterKinds,
    ]);
    const incident = schema.properties['incident']!.properties;
    expect(incident['state']!.enum).to.deep.equal(incidentStates);
    expect(incident['priority']!.enum).to.deep.equal(priorities);
    expect(incident['tier']!.enum).to.deep.equal(supportTiers);
  });
});
