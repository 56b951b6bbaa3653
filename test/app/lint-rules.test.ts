import { expect } from 'chai';
import { createBundleReader } from '../../src/adapters/files/bundle-reader.js';
import { lintRules } from '../../src/app/lint-rules.js';
import { createRuleLoader } from '../../src/app/load-rules.js';
import { edited, inRepository, overMinimal } from '../support/fixture-bundle.js';

const minimal = createBundleReader({ directory: inRepository('test', 'fixtures', 'bundles', 'minimal') });

const clock = { now: () => Date.UTC(2026, 5, 1) };

describe('load of rules', () => {
  const load = createRuleLoader({ reader: minimal });

  it('gives the rule set with the hash of its files and the first 12 digits as revision', () => {
    const files = overMinimal([]);
    const { ruleSet, issues, hash } = load(files);
    expect(issues).to.deep.equal([]);
    expect(hash).to.equal(minimal.hash(files));
    expect(ruleSet).to.include({ hash, revision: hash.slice(0, 12), name: 'minimal' });
  });

  it('gives the hash, but no rule set, of a bundle whose schema or references are broken', () => {
    for (const [from, to] of [
      ['tier: 1', 'tier: 9'],
      ['team: platform', 'team: nobody'],
    ] as const) {
      const files = overMinimal([['services.yaml', edited('services.yaml', from, to)]]);
      const { ruleSet, issues, hash } = load(files);
      expect(ruleSet).to.equal(null);
      expect(issues).to.have.length(1);
      expect(hash).to.equal(minimal.hash(files));
    }
  });
});

describe('lint of rules', () => {
  it('counts the rules of a bundle without errors', async () => {
    const report = await lintRules({ reader: minimal, clock });
    expect(report.issues).to.deep.equal([]);
    // Two triage rules, a service, a group, three routes and a policy.
    expect(report.rules).to.equal(8);
    expect(report.revision).to.match(/^[0-9a-f]{12}$/);
    expect([...report.files.keys()]).to.include('triage.yaml');
  });

  it('gives findings and texts, but no revision, of a bundle with errors', async () => {
    const broken = overMinimal([['teams.yaml', edited('teams.yaml', 'id: desk', 'id: dsk')]]);
    const report = await lintRules({ reader: { ...minimal, read: () => Promise.resolve(broken) }, clock });
    expect(report).to.include({ rules: 0, revision: null });
    expect(report.issues).to.have.length.greaterThan(0);
    expect(report.files).to.equal(broken);
  });

  it('warns of a rule whose last day is over, and serves the bundle all the same', async () => {
    const withDay = (day: string): string =>
      edited('triage.yaml', 'match: { labels', `expires: ${day}\n    match: { labels`);
    const warned = async (day: string): Promise<readonly unknown[]> => {
      const files = overMinimal([['triage.yaml', withDay(day)]]);
      const report = await lintRules({ reader: { ...minimal, read: () => Promise.resolve(files) }, clock });
      expect(report.revision === null).to.equal(false);
      return report.issues.map(({ level, code, message }) => [level, code, message]);
    };
    expect(await warned('2026-06-01')).to.deep.equal([]);
    const words = 'The rule expired 1 days ago and does nothing.';
    expect(await warned('2026-05-31')).to.deep.equal([['warning', 'expired', words]]);
  });

  it('warns of a window that ended more than 30 days ago, and serves the bundle all the same', async () => {
    const window = (to: string, more = ''): string =>
      `{ id: until-${to}, title: Upgrade, match: { service: shop }, from: 2026-01-01T00:00, to: ${to}T00:00${more} }`;
    const windows = [window('2026-05-01'), window('2026-05-02'), window('2026-04-01', ', status: disabled')];
    const text = `{ apiVersion: tocsin/v1, kind: Maintenance, windows: [\n${windows.join(',\n')}] }`;
    const files = overMinimal([['maintenance.yaml', text]]);
    const report = await lintRules({ reader: { ...minimal, read: () => Promise.resolve(files) }, clock });
    expect(
      report.issues.map(({ level, code, rule, place }) => [level, code, rule, place.line]),
    ).to.deep.equal([['warning', 'expired', 'until-2026-05-01', 2]]);
    expect(report.rules).to.equal(10);
  });
});
