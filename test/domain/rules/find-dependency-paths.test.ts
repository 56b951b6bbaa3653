import { expect } from 'chai';
import { findDependencyPaths } from '../../../src/domain/rules/find-dependency-paths.js';
import type { Dependency, DependencyPaths, Service } from '../../../src/domain/rules/rule-set.js';

/** `{ shop: ['db', 'mail?'] }`: a question mark makes the edge soft. */
function paths(edges: Readonly<Record<string, readonly string[]>>): DependencyPaths {
  const services = Object.entries(edges).map(([id, on]): Service => {
    const dependsOn = on.map((name): Dependency => ({
      service: name.replace('?', ''),
      edge: name.endsWith('?') ? 'soft' : 'hard',
    }));
    return { id, name: id, tier: 1, team: 't', runbook: null, dependsOn, ref: { id, file: 'a', line: 1 } };
  });
  return findDependencyPaths(new Map(services.map((each) => [each.id, each])));
}

function from(found: DependencyPaths, service: string): readonly string[] {
  return (found.from.get(service) ?? []).map(({ to, through, edge }) => [edge, ...through, to].join(' '));
}

describe('paths of dependencies', () => {
  it('are what a service names, by either edge, then what lies behind hard ones', () => {
    const found = paths({
      shop: ['api', 'mail?'],
      api: ['db', 'cache?'],
      mail: ['dns'],
      db: [],
      cache: [],
      dns: [],
    });
    expect(from(found, 'shop')).to.deep.equal(['hard api', 'soft mail', 'hard api db']);
    expect(from(found, 'api')).to.deep.equal(['hard db', 'soft cache']);
    expect(from(found, 'db')).to.deep.equal([]);
  });

  it('are three edges long at most, and the shortest of each two services', () => {
    const found = paths({ a: ['b', 'c'], b: ['c'], c: ['d'], d: ['e'], e: ['f'], f: [] });
    expect(from(found, 'a')).to.deep.equal(['hard b', 'hard c', 'hard c d', 'hard c d e']);
  });

  it('walk a circle once, and never lead back', () => {
    const found = paths({ a: ['b'], b: ['c'], c: ['a'] });
    expect(from(found, 'a')).to.deep.equal(['hard b', 'hard b c']);
    expect(from(found, 'c')).to.deep.equal(['hard a', 'hard a b']);
  });

  it('leave out services that are not in the catalogue', () => {
    expect(from(paths({ a: ['gone', 'b'], b: [] }), 'a')).to.deep.equal(['hard b']);
  });

  it('are found from their other end too, the shortest first', () => {
    const found = paths({ far: ['near'], near: ['db'], also: ['db?'], db: [] });
    expect(found.to.get('db')?.map((path) => path.from)).to.deep.equal(['near', 'also', 'far']);
  });
});
