import { expect } from 'chai';
import type { Field } from '../../../src/domain/alert/matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { parseTemplate, renderTemplate, type Template } from '../../../src/domain/rules/template.js';

function template(source: string, allowIncident = false): Template {
  const parsed = parseTemplate(source, allowIncident);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.template;
}

function render(source: string, values: Readonly<Record<string, string | number>>): string {
  return renderTemplate(template(source), (field: Field) => values[formatField(field)]);
}

describe('parseTemplate', () => {
  it('splits text and fields in turn', () => {
    expect(template('{{service.name}}: {{ category }} in {{labels.region}}').parts).to.deep.equal([
      { kind: 'service', name: 'name' },
      ': ',
      { kind: 'alert', name: 'category' },
      ' in ',
      { kind: 'label', name: 'region' },
    ]);
    expect(template('').parts).to.deep.equal([]);
    expect(template('a { b } c').parts).to.deep.equal(['a { b } c']);
  });

  it('knows fields of an incident only where there is one', () => {
    expect(template('{{incident.priority}}', true).parts).to.deep.equal([
      { kind: 'incident', name: 'priority' },
    ]);
    expect(parseTemplate('{{incident.priority}}', false)).to.have.property('ok', false);
  });

  const refused: readonly [string, string][] = [
    ['{{labels.region', 'never closed'],
    ['a }} b', 'closes nothing'],
    ['{{category}} }}', 'closes nothing'],
    ['{{}}', 'names no field'],
    ['{{ .Labels.region }}', 'is no field'],
    ['{{ $labels.region }}', 'is no field'],
    ['{{labels.region | upper}}', 'no functions, pipes'],
    ['{{#if category}}', 'is no field'],
    ['{{{category}}}', 'is no field'],
    ['{{service.nmae}}', 'did you mean service.name?'],
    ['{{labels.}}', 'empty'],
  ];
  for (const [source, expected] of refused) {
    it(`refuses ${source}`, () => {
      expect(parseTemplate(source, false)).to.have.property('error').that.contains(expected);
    });
  }
});

describe('renderTemplate', () => {
  it('fills the holes and leaves nothing for a missing field', () => {
    expect(
      render('{{service.name}}: {{category}}!', { category: 'capacity', 'service.name': 'Stock' }),
    ).to.equal('Stock: capacity!');
    expect(render('[{{labels.region}}] {{values.rate}}', { 'values.rate': 0 })).to.equal('[] 0');
  });

  it('does not look for holes in what it filled in', () => {
    expect(render('{{title}}', { title: '{{category}}', category: 'x' })).to.equal('{{category}}');
  });
});
