import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createCheckBody } from '../../../src/adapters/files/schema-checker.js';
import { readSilence, type SilenceBody } from '../../../src/adapters/http/read-silence.js';
import { lifecycle } from '../../../src/domain/incident/lifecycle.js';

interface Schema {
  readonly examples?: readonly object[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema & { readonly enum?: readonly string[] }>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const read = (name: string): Schema =>
  JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Schema;

describe('the schemas of requests', () => {
  const check = createCheckBody();

  it('know every command of the lifecycle, with examples that fit', () => {
    const command = read('command');
    expect(command.properties?.['command']?.enum).to.have.members(Object.keys(lifecycle));
    for (const name of Object.keys(lifecycle)) {
      const { examples = [], description } = command.definitions?.[name] ?? {};
      expect(description, name).to.be.a('string');
      expect(examples, name).not.to.deep.equal([]);
      for (const example of examples) expect(check('command', example), name).to.deep.equal([]);
    }
  });

  it('have examples of reports that fit', () => {
    const { examples = [] } = read('report');
    expect(examples).to.have.length(2);
    for (const example of examples) expect(check('report', example)).to.deep.equal([]);
  });

  it('have examples of silences that fit and can be read', () => {
    const { examples = [] } = read('silence');
    expect(examples).to.have.length(2);
    for (const example of examples) {
      expect(check('silence', example)).to.deep.equal([]);
      expect(readSilence(example as SilenceBody, 0)).to.have.property('ok', true);
    }
  });
});
