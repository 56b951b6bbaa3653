import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { formatAnnotations } from '../../src/cli/format-annotations.js';
import { formatSarif } from '../../src/cli/format-sarif.js';
import type { Issue } from '../../src/domain/rules/bundle.js';
import { fixtureFiles, loadOverMinimal, mistakes, overMinimal } from '../support/fixture-bundle.js';
import { runTocsin, type Ended } from '../support/run-tocsin.js';
import { isSarif } from '../support/is-sarif.js';

interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly unknown[];
    }[];
  }[];
}

/** All findings of all bundles with a mistake, gathered once. */
let gathered: readonly Issue[] | null = null;
function everyFinding(): readonly Issue[] {
  return (gathered ??= mistakes().flatMap(
    (name) => loadOverMinimal(Object.fromEntries(fixtureFiles(name))).issues,
  ));
}

describe('tocsin lint', function () {
  this.timeout(30_000);
  const work = mkdtempSync(join(tmpdir(), 'tocsin-lint-'));
  const lint = (...args: readonly string[]): Promise<Ended> =>
    runTocsin(['lint', 'rules', ...args], { cwd: work });

  before(() => {
    const bundle = join(work, 'rules');
    mkdirSync(bundle);
    for (const [file, text] of overMinimal(fixtureFiles('duplicate-id')))
      writeFileSync(join(bundle, file), text);
  });

  after(() => {
    rmSync(work, { recursive: true });
  });

  it('writes SARIF: rule, level, place seen from where it runs, and what to do; exit 1', async () => {
    const { code, stdout } = await lint('--format', 'sarif');
    expect(code).to.equal(1);
    const log = JSON.parse(stdout) as SarifLog;
    expect(isSarif(log), JSON.stringify(isSarif.errors)).to.equal(true);
    const [run] = log.runs;
    expect(run?.tool.driver.rules.map(({ id }) => id)).to.deep.equal(['duplicate-id']);
    expect(run?.results).to.have.length(1);
    expect(run?.results[0]).to.deep.include({ ruleId: 'duplicate-id', ruleIndex: 0, level: 'error' });
    expect(run?.results[0]?.message.text).to.contain('a second time').and.to.contain('triage.yaml:4');
    expect(run?.results[0]?.locations).to.deep.equal([
      {
        physicalLocation: {
          artifactLocation: { uri: 'rules/triage.yaml' },
          region: { startLine: 9, startColumn: 9 },
        },
        logicalLocations: [{ name: 'disk' }],
      },
    ]);
  });

  it('writes annotations for a workflow of GitHub, one line each', async () => {
    const { code, stdout } = await lint('--format', 'github');
    expect(code).to.equal(1);
    expect(stdout).to.equal(
      '::error file=rules/triage.yaml,line=9,col=9,title=duplicate-id (disk)::The rule "disk" stands here a second time.%0A' +
        'The first is at triage.yaml:4: give one of the two another id.%0AMore: docs/lint.md#duplicate-id\n',
    );
  });

  it('refuses a format that there is not: exit 2', async () => {
    const { code, stderr } = await lint('--format', 'yaml');
    expect(code).to.equal(2);
    expect(stderr).to.contain('Allowed choices are text, json, sarif, github');
  });
});

describe('findings as SARIF', () => {
  it('are what the schema of SARIF 2.1.0 demands, whatever was found', () => {
    const log = formatSarif(everyFinding(), { directory: 'ru les', version: '1.2.3' });
    expect(isSarif(log), JSON.stringify(isSarif.errors)).to.equal(true);
    const [run] = (log as SarifLog).runs;
    expect(run?.results.length).to.be.greaterThan(100);
    for (const { ruleId, ruleIndex } of run?.results ?? [])
      expect(run?.tool.driver.rules[ruleIndex]?.id).to.equal(ruleId);
  });

  it('would not pass the schema with a level, a key or a line that SARIF does not know', () => {
    for (const [known, unknown] of [
      ['"level":"error"', '"level":"fatal"'],
      ['"ruleId"', '"rule"'],
      ['"startLine":', '"startLine":-'],
    ] as const) {
      const log = JSON.stringify(formatSarif(everyFinding(), { directory: 'rules', version: '1.2.3' }));
      expect(log).to.contain(known);
      expect(isSarif(JSON.parse(log.replace(known, unknown))), unknown).to.equal(false);
    }
  });

  it('are none where nothing was found', () => {
    const log = formatSarif([], { directory: 'rules', version: '1.2.3' });
    expect(isSarif(log)).to.equal(true);
    expect((log as SarifLog).runs[0]?.results).to.deep.equal([]);
  });
});

describe('findings as annotations', () => {
  it('keep their line, whatever stands in them', () => {
    const issue: Issue = {
      level: 'warning',
      code: 'never-true',
      message: 'Fifty % of "a\r\nb".',
      place: { file: 'a,b:c.yaml', line: 3, column: 4 },
      rule: null,
      hint: null,
      pointer: '',
    };
    expect(formatAnnotations([issue], 'rules')).to.equal(
      '::warning file=rules/a%2Cb%3Ac.yaml,line=3,col=4,title=never-true::Fifty %25 of "a%0D%0Ab".%0AMore: docs/lint.md#never-true\n',
    );
    expect(formatAnnotations(everyFinding(), '').trimEnd().split('\n')).to.have.length(everyFinding().length);
  });
});
