import { expect } from 'chai';
import { createCheckBody } from '../../../src/adapters/files/schema-checker.js';
import { inRepository } from '../../support/fixture-bundle.js';

const check = createCheckBody(inRepository('test', 'fixtures', 'schemas'));

/** The fixture schemas go under names of the port; what they say is up to the test. */
const list = 'alertmanager-v2-alerts';
const choice = 'command';

describe('check of a body', () => {
  it('finds nothing wrong with a body that fits', () => {
    expect(check(list, [{ name: 'a', at: '2026-11-22T10:00:00Z' }])).to.deep.equal([]);
  });

  it('names pointer, keyword and what is wrong, for all problems of a small body', () => {
    expect(check(list, [{ name: 1 }, {}, { name: 'a', colour: 'red', at: 'noon' }])).to.have.deep.members([
      { pointer: '/0/name', keyword: 'type', message: 'This must be a text, but is 1.' },
      { pointer: '/1', keyword: 'required', message: 'The key "name" is missing.' },
      {
        pointer: '/2/colour',
        keyword: 'additionalProperties',
        message: 'Unknown key "colour". Known here: name, at.',
      },
      { pointer: '/2/at', keyword: 'format', message: '"noon" is no date-time.' },
    ]);
  });

  it('escapes keys in pointers', () => {
    expect(check(list, [{ name: 'a', 'x/y~z': 1 }]).map(({ pointer }) => pointer)).to.deep.equal([
      '/0/x~1y~0z',
    ]);
  });

  it('reports a hundred problems at most', () => {
    expect(check(list, new Array(2_000).fill({}))).to.have.length(100);
  });

  it('reports only the first problem of a large body', () => {
    const problems = check(list, new Array(200_000).fill({}));
    expect(problems.map(({ pointer }) => pointer)).to.deep.equal(['/0']);
  });

  it('of several alternatives tells the one that was meant', () => {
    expect(check(choice, { target: { team: 7 } })).to.deep.equal([
      { pointer: '/target/team', keyword: 'type', message: 'This must be a text, but is 7.' },
    ]);
  });

  it('says that there are alternatives where none was meant', () => {
    expect(check(choice, { target: true }).map(({ pointer, keyword }) => [pointer, keyword])).to.deep.equal([
      ['/target', 'anyOf'],
    ]);
  });

  it('refuses a schema that is not there', () => {
    expect(() => check('silence', {})).to.throw(/silence\.schema\.json/);
  });

  it('compiles every schema of a body that the service has', () => {
    const real = createCheckBody();
    for (const name of [
      'alert',
      'alertmanager-v2-alerts',
      'alertmanager-webhook',
      'grafana-webhook',
      'command',
      'silence',
    ] as const) {
      expect(real(name, 7), name).to.have.length.greaterThan(0);
    }
  });
});
