import { expect } from 'chai';
import fc from 'fast-check';
import type { Field } from '../../../src/domain/alert/matcher.js';
import { formatField, parseField } from '../../../src/domain/rules/field.js';

function field(key: string, incidentFields = false): Field {
  const parsed = parseField(key, incidentFields);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.field;
}

describe('parseField', () => {
  it('reads first-class names without a prefix', () => {
    for (const name of [
      'source',
      'status',
      'title',
      'severity',
      'service',
      'env',
      'category',
      'runbook',
    ] as const) {
      expect(field(name)).to.deep.equal({ kind: 'alert', name });
    }
  });

  it('reads every prefix, with dots in the names of labels', () => {
    expect(field('labels.app.kubernetes.io/name')).to.deep.equal({
      kind: 'label',
      name: 'app.kubernetes.io/name',
    });
    expect(field('labels.service')).to.deep.equal({ kind: 'label', name: 'service' });
    expect(field('annotations.summary')).to.deep.equal({ kind: 'annotation', name: 'summary' });
    expect(field('values.error_rate')).to.deep.equal({ kind: 'value', name: 'error_rate' });
    expect(field('raw.detail.host')).to.deep.equal({ kind: 'raw', path: ['detail', 'host'] });
    expect(field('service.tier')).to.deep.equal({ kind: 'service', name: 'tier' });
  });

  it('takes any other key for a label', () => {
    for (const name of ['region', 'a.b', 'constructor', 'fingerprint']) {
      expect(field(name)).to.deep.equal({ kind: 'label', name });
    }
  });

  it('knows fields of incidents only where there is one', () => {
    expect(field('priority', true)).to.deep.equal({ kind: 'incident', name: 'priority' });
    expect(field('incident.rootService', true)).to.deep.equal({ kind: 'incident', name: 'rootService' });
    expect(field('team')).to.deep.equal({ kind: 'label', name: 'team' });
    expect(parseField('incident.priority')).to.deep.include({ ok: false, hint: 'use it in routing only' });
  });

  it('says what to write instead of a field that cannot be', () => {
    expect(parseField('service.teir')).to.deep.include({ ok: false, hint: 'did you mean service.tier?' });
    expect(parseField('incident.prority', true)).to.deep.include({
      ok: false,
      hint: 'did you mean incident.priority?',
    });
    expect(parseField('service.zone')).to.have.property('hint').that.contains('labels.zone');
    for (const key of ['', 'labels.', 'raw.', 'raw.a..b', 'raw.a.'])
      expect(parseField(key), key).to.have.property('ok', false);
  });

  it('reads back what formatField writes', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    const any: fc.Arbitrary<Field> = fc.oneof(
      fc.record({ kind: fc.constantFrom('label' as const, 'annotation' as const, 'value' as const), name }),
      fc.record({
        kind: fc.constant('raw' as const),
        path: fc.array(
          name.filter((part) => !part.includes('.')),
          { minLength: 1 },
        ),
      }),
      fc.record({
        kind: fc.constant('service' as const),
        name: fc.constantFrom('tier', 'team', 'name', 'runbook'),
      }),
      fc.record({
        kind: fc.constant('alert' as const),
        name: fc.constantFrom('source' as const, 'runbook' as const),
      }),
      fc.record({
        kind: fc.constant('incident' as const),
        name: fc.constantFrom('priority' as const, 'team' as const),
      }),
    );
    fc.assert(
      fc.property(any, (one) => {
        expect(field(formatField(one), true)).to.deep.equal(one);
      }),
    );
  });
});
