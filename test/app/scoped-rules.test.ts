import { expect } from 'chai';
import { edited, loadOverMinimal } from '../support/fixture-bundle.js';
import { runTestText } from '../support/run-test-text.js';

const services = `apiVersion: tocsin/v1
kind: Services
services:
  - { id: shop, tier: 1, team: platform, bind: [{ labels.service: shop }] }
  - { id: till, tier: 1, team: desk, bind: [{ labels.service: till }] }
`;
const scoped = (kind: string, rules: string): string =>
  `apiVersion: tocsin/v1\nkind: ${kind}\nscope: { team: platform }\n${rules}`;
const bundle = {
  'services.yaml': services,
  'own.yaml': scoped(
    'Triage',
    `rules:
  - { id: own, set: classify, before: [disk], match: { env: prod }, then: { category: own } }
`,
  ),
  'window.yaml': scoped(
    'Maintenance',
    `windows:
  - { id: move, title: Move, match: { severity: info }, from: 2026-11-23T00:00, to: 2026-11-24T00:00 }
`,
  ),
  'mute.yaml': scoped(
    'Inhibition',
    `rules:
  - { id: loud, when: { severity: critical }, mute: { severity: warning }, equal: [env] }
`,
  ),
};
const disk = (service: string, severity: string, more = ''): string =>
  `      - { at: 0s, env: prod, severity: ${severity}, labels: { alertname: DiskFull, service: ${service}${more} } }\n`;

async function failures(text: string): Promise<readonly unknown[]> {
  const { results, issues } = await runTestText(text, { bundle });
  expect(issues.filter(({ level }) => level === 'error')).to.deep.equal([]);
  return results.flatMap((result) => result.failures.flatMap(({ message, lines }) => [message, ...lines]));
}

describe('a file limited to the services of one team', () => {
  it('judges alerts of these and leaves those of other teams and of no service alone', async () => {
    const text = `tests:
  - name: whose
    strict: false
    alerts:
${disk('shop', 'error')}${disk('till', 'error')}${disk('other', 'error')}
    expect:
      - at: 1m
        alerts:
          has:
            - { labels: { service: shop }, category: own }
            - { labels: { service: till }, category: capacity/storage }
            - { labels: { service: other }, category: capacity/storage }
`;
    expect(await failures(text)).to.deep.equal([]);
  });

  it('silences no other team, by a window or by an inhibition that its own alerts set off', async () => {
    const text = `tests:
  - name: silence
    strict: false
    alerts:
${disk('shop', 'critical', ", n: '1'")}${disk('shop', 'warning', ", n: '2'")}${disk('till', 'warning', ", n: '3'")}${disk('shop', 'info', ", n: '4'")}${disk('till', 'info', ", n: '5'")}
    expect:
      - at: 1m
        alerts:
          has:
            - { labels: { n: '2' }, disposition: muted, by: loud }
            - { labels: { n: '4' }, disposition: muted, by: move }
          none:
            - { labels: { n: '3' }, disposition: muted }
            - { labels: { n: '5' }, disposition: muted }
`;
    expect(await failures(text)).to.deep.equal([]);
  });

  it('groups alerts of no other team', () => {
    const { ruleSet } = loadOverMinimal({
      'correlation.yaml': edited('correlation.yaml', 'rules:', 'scope: { team: platform }\nrules:'),
    });
    const wanted = { kind: 'predicate', field: { kind: 'service', name: 'team' } };
    const { match } = ruleSet!.groups[0]!;
    expect('of' in match && Array.isArray(match.of) ? match.of[0] : null).to.deep.include(wanted);
  });
});
