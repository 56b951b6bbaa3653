import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { runTocsin } from './support/run-tocsin.js';
import { makeTempDir, type TempDir } from './support/servers/temp-dir.js';
import { startTocsin } from './support/tocsin-process.js';

/** What Node writes at the end where NODE_V8_COVERAGE names a folder: one file for each thread. */
interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

describe('a command loads no more than it needs', () => {
  let folder: TempDir;

  beforeEach(async () => {
    folder = await makeTempDir('coverage');
  });
  afterEach(() => folder.remove());

  const env = () => ({ NODE_V8_COVERAGE: folder.path });

  it('lint: neither server nor store nor clients', async () => {
    expect((await runTocsin(['lint', 'rules'], { env: env() })).code).to.equal(0);
    const packages = await loadedPackages(folder.path);
    expect(packages).to.include.members(['commander', 'yaml', 'ajv']);
    for (const name of ['express', 'pino', 'better-sqlite3', 'kafkajs', 'mongodb'])
      expect(packages).to.not.include(name);
  });

  it('serve on a data directory: no client of Kafka or MongoDB', async () => {
    const tocsin = await startTocsin({ env: env() });
    expect(await tocsin.stop()).to.deep.equal({ code: 0 });
    const packages = await loadedPackages(folder.path);
    expect(packages).to.include.members(['express', 'better-sqlite3']);
    for (const name of ['kafkajs', 'mongodb']) expect(packages).to.not.include(name);
  });
});

async function loadedPackages(folder: string): Promise<readonly string[]> {
  const packages = new Set<string>();
  for (const file of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(`${folder}/${file}`, 'utf8')) as Coverage;
    for (const { url } of result) {
      const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
      if (name !== undefined) packages.add(name);
    }
  }
  return [...packages];
}
