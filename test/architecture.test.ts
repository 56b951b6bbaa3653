import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { checkFiles, countLines, quantile } from './support/architecture/check-files.js';
import { checkImports } from './support/architecture/check-imports.js';
import { importRules, packageHomes } from './support/architecture/import-rules.js';
import { readSources } from './support/architecture/read-sources.js';
import { makeTempDir } from './support/servers/temp-dir.js';

const REPOSITORY = resolve('.');
const MEDIAN_LINES = 120;
const P90_LINES = 250;

describe('the architecture', function () {
  this.timeout(120_000);

  it('is held by the imports of src', async () => {
    const { files, violations } = await checkImports(REPOSITORY);
    expect(files).to.deep.equal((await readSources(REPOSITORY, 'src')).map(({ path }) => path).sort());
    expect(violations).to.deep.equal([]);
    expect(files, 'the file that all others are reached from').to.include('src/main.ts');
  });

  it('is held by the files themselves', async () => {
    const files = [...(await readSources(REPOSITORY, 'src')), ...(await readSources(REPOSITORY, 'test'))];
    expect(checkFiles(files)).to.deep.equal([]);
  });

  it('keeps the files of src short', async () => {
    const lines = (await readSources(REPOSITORY, 'src')).map(({ text }) => countLines(text));
    const median = quantile(lines, 0.5);
    const p90 = quantile(lines, 0.9);
    process.stdout.write(
      `      ${lines.length} files: median ${median}, p90 ${p90}, longest ${Math.max(...lines)} lines\n`,
    );
    expect(median, 'median').to.be.within(1, MEDIAN_LINES);
    expect(p90, 'p90').to.be.within(1, P90_LINES);
  });
});

/** A tree that is in order, to which each case below adds one fault. */
const sound: Tree = {
  'package.json': JSON.stringify({ type: 'module', dependencies: { stray: '1', ...packageHomes } }),
  'src/main.ts': "import './cli.js';",
  'src/cli.ts': "import 'commander'; import './compose.js';",
  'src/compose.ts':
    "import './settings.js'; import './adapters/http/server.js'; import './adapters/sqlite/store.js';",
  'src/settings.ts': "import 'node:os';",
  'src/adapters/http/server.ts': "import 'express'; import '../../app/intake.js';",
  'src/adapters/sqlite/store-worker.ts': "import './statements.js';",
  'src/adapters/sqlite/statements.ts': "import 'better-sqlite3';",
  'src/adapters/sqlite/store.ts':
    "import type { Intake } from '../../app/intake.js'; export type Store = Intake;",
  'src/app/intake.ts':
    "import 'node:crypto'; import '../domain/triage/engine.js'; import '../domain/report/figures.js'; import '../domain/rule-test/run-scenario.js'; export type Intake = string;",
  'src/domain/triage/engine.ts': "import '../rules/compile.js'; import '../sources/prometheus.js';",
  'src/domain/report/figures.ts': "import '../rules/compile.js'; import '../incident/incident.js';",
  'src/domain/rule-test/run-scenario.ts': "import '../triage/engine.js';",
  'src/domain/rules/compile.ts': "import 're2js'; import '../incident/incident.js';",
  'src/domain/incident/incident.ts': "import '../alert/alert.js';",
  'src/domain/sources/prometheus.ts': "import '../alert/alert.js';",
  'src/domain/alert/alert.ts': "import type { Entry } from './entry.js'; export type Alert = Entry;",
  'src/domain/alert/entry.ts': "import type { Alert } from './alert.js'; export type Entry = Alert[];",
};

/** What is added to which file, and the rules that must then speak. */
const faults: readonly (readonly [file: string, added: string, rules: readonly string[]])[] = [
  ['src/domain/alert/alert.ts', "import 'node:fs';", ['domain-is-pure']],
  ['src/domain/alert/alert.ts', "import 'yaml';", ['domain-is-pure', 'package-yaml']],
  ['src/domain/triage/engine.ts', "import type {} from '../../app/other.js';", ['domain-is-pure']],
  ['src/app/intake.ts', "import '../adapters/http/other.js';", ['app-knows-domain-only']],
  ['src/app/intake.ts', "import type {} from '../other.js';", ['app-knows-domain-only']],
  ['src/adapters/http/server.ts', "import '../../other.js';", ['adapters-know-app-and-domain-only']],
  [
    'src/adapters/http/server.ts',
    "import type {} from '../sqlite/other.js';",
    ['adapters-never-import-each-other'],
  ],
  ['src/settings.ts', "import './adapters/http/other.js';", ['settings-know-no-adapter']],
  ['src/compose.ts', "import './cli-other.js';", ['compose-knows-no-cli']],
  ['src/cli.ts', "import type {} from './main.js';", ['nothing-imports-main']],
  ['src/domain/alert/entry.ts', "import '../sources/other.js';", ['domain-alert']],
  ['src/domain/sources/prometheus.ts', "import '../incident/other.js';", ['domain-sources']],
  ['src/domain/incident/incident.ts', "import type {} from '../rules/other.js';", ['domain-incident']],
  ['src/domain/rules/compile.ts', "import '../triage/other.js';", ['domain-rules']],
  ['src/domain/report/figures.ts', "import '../triage/engine.js';", ['domain-report']],
  ['src/domain/triage/engine.ts', "import '../elsewhere/other.js';", ['domain-triage']],
  ['src/domain/rule-test/run-scenario.ts', "import '../report/other.js';", ['domain-rule-test']],
  ['src/compose.ts', "import 'stray';", ['package-without-a-home']],
  ['src/compose.ts', "import './missing.js';", ['import-that-leads-nowhere']],
  ['src/app/intake.ts', "import './other.js'; // back", ['no-cycles']],
  ['src/app/forgotten.ts', 'export const forgotten = 1;', ['main-reaches-every-file']],
  ...Object.keys(packageHomes)
    .filter((name) => name !== 're2js')
    .map((name) => ['src/app/intake.ts', `import '${name}';`, [`package-${name}`]] as const),
  ['src/app/intake.ts', "import 're2js';", ['package-re2js']],
];

describe('the check of imports', function () {
  this.timeout(120_000);

  it('finds nothing in a tree that is in order', async () => {
    expect((await checkTree(sound)).violations).to.deep.equal([]);
  });

  for (const [file, added, rules] of faults) {
    it(`finds ${rules.join(' and ')} when ${file} has ${added}`, async () => {
      const { violations } = await checkTree(withFault(file, added));
      expect([...new Set(violations.map((line) => line.split(':')[0]))]).to.deep.equal(rules);
    });
  }

  it('has a case for every rule', () => {
    const shown = new Set(faults.flatMap(([, , rules]) => rules));
    expect(importRules.map(({ name }) => name).filter((name) => !shown.has(name!))).to.deep.equal([]);
  });
});

describe('the check of files', () => {
  const path = 'src/app/intake.ts';

  for (const [fault, file] of Object.entries({
    'src/app/Intake.ts: "Intake" is not kebab-case': { path: 'src/app/Intake.ts', text: '' },
    'src/app/http_url.ts: "http_url" is not kebab-case': { path: 'src/app/http_url.ts', text: '' },
    'src/app/index.ts: "index" says nothing: name it after what it does': {
      path: 'src/app/index.ts',
      text: '',
    },
    'src/utils/x.ts: "utils" says nothing: name it after what it does': { path: 'src/utils/x.ts', text: '' },
    'src/app/rule-helpers.ts: "rule-helpers" says nothing: name it after what it does': {
      path: 'src/app/rule-helpers.ts',
      text: '',
    },
    'src/app/intake.ts: 401 lines, more than 400': { path, text: 'x();\n'.repeat(401) },
    'src/app/intake.ts: line 2 reads process.env: only src/settings.ts may': {
      path,
      text: "// process.env here is a comment\nconst port = process.env['PORT'];",
    },
  })) {
    it(`finds "${fault}"`, () => {
      expect(checkFiles([file])).to.deep.equal([fault]);
    });
  }

  for (const text of [
    "process['env']",
    'const { env } = process;',
    "import { env } from 'node:process';",
    "import process from 'process';",
  ]) {
    it(`finds the reading of the environment in ${text}`, () => {
      expect(checkFiles([{ path, text }])).to.have.lengthOf(1);
      expect(checkFiles([{ path: 'src/settings.ts', text }])).to.deep.equal([]);
    });
  }

  for (const text of [
    'export default 1;',
    'export default function run() {}',
    'export default class Run {}',
    'const run = 1; export { run as default };',
    "export { run as default } from './run.js';",
  ]) {
    it(`finds the default export in ${text}`, () => {
      expect(checkFiles([{ path, text }])).to.deep.equal([`${path}: a default export: give it a name`]);
    });
  }

  it('finds nothing in a file that is in order', () => {
    expect(checkFiles([{ path, text: 'export const run = 1;\n'.repeat(400) }])).to.deep.equal([]);
  });

  it('counts lines and quantiles as people do', () => {
    expect(countLines('a\nb\n')).to.equal(2);
    expect([
      quantile([5, 1, 3], 0.5),
      quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9),
      quantile([], 0.5),
    ]).to.deep.equal([3, 9, 0]);
  });
});

type Tree = Readonly<Record<string, string>>;

/** Adds a line to a file, and what the line imports: a file that nothing is wrong with and that main reaches. */
function withFault(file: string, added: string): Tree {
  const imported = /'(\.[^']+other)\.js'/.exec(added)?.[1];
  const target = imported === undefined ? undefined : `${join(dirname(file), imported)}.ts`;
  const back = added.endsWith('// back') ? "import './intake.js';" : '';
  return {
    ...sound,
    [file]: `${sound[file] ?? ''} ${added}`,
    ...(target === undefined ? {} : { [target]: `${back} export const other = 1;` }),
  };
}

async function checkTree(tree: Tree) {
  const dir = await makeTempDir('architecture');
  try {
    const packages = ['stray', ...Object.keys(packageHomes)].map((name) => [
      `node_modules/${name}/index.js`,
      'export const nothing = 0;',
    ]);
    for (const [path, text] of [...Object.entries(tree), ...packages]) {
      await mkdir(dirname(join(dir.path, path!)), { recursive: true });
      await writeFile(join(dir.path, path!), text!);
    }
    return await checkImports(dir.path);
  } finally {
    await dir.remove();
  }
}
