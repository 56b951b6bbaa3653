import { expect } from 'chai';
import { recordMatch } from '../../src/domain/rules/record-match.js';
import { formatField } from '../../src/domain/rules/field.js';
import { edited, loadOverMinimal } from '../support/fixture-bundle.js';
import { runTestText } from '../support/run-test-text.js';

const exceptions = `exceptions:
      - id: scratch-volumes
        fields: [labels.service, values.ratio]
        ops: [glob, gte]
        values:
          - ['build-*', 0.5]
          - ['import-*', 0.9]
    then: { category: capacity/storage`;

const bundle = { 'triage.yaml': edited('triage.yaml', 'then: { category: capacity/storage', exceptions) };

describe('exceptions of a rule', () => {
  it('leave alone what fits every column of one row, and nothing else', async () => {
    const alert = (service: string, ratio: number): string =>
      `      - { at: 0s, labels: { alertname: DiskFull, service: ${service} }, values: { ratio: ${ratio} } }\n`;
    const { results, issues } = await runTestText(
      `tests:
  - name: rows
    strict: false
    alerts:
${alert('build-7', 0.6)}${alert('build-7a', 0.4)}${alert('import-1', 0.6)}${alert('shop', 1)}
    expect:
      - at: 1m
        alerts:
          has:
            - { labels: { service: build-7 }, category: unknown }
            - { labels: { service: build-7a }, category: capacity/storage }
            - { labels: { service: import-1 }, category: capacity/storage }
            - { labels: { service: shop }, category: capacity/storage }
`,
      { bundle },
    );
    expect(issues).to.deep.equal([]);
    expect(results.map(({ failures }) => failures)).to.deep.equal([[]]);
  });

  it('are the reason that a trace gives, with the id of the exception', () => {
    const { ruleSet } = loadOverMinimal(bundle);
    const values: Readonly<Record<string, string | number>> = {
      ...{ 'labels.alertname': 'DiskFull', 'labels.service': 'build-7', 'values.ratio': 0.6 },
    };
    const read = { read: (field: Parameters<typeof formatField>[0]) => values[formatField(field)] };
    const check = recordMatch(ruleSet!.classify[0]!.match, read, 0);
    expect(check).to.include({ holds: false, reason: 'excepted' });
    expect('of' in check && check.of.at(-1)).to.include({ kind: 'not', exception: 'scratch-volumes' });
  });
});
