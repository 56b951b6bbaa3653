import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import type { BundleLimits } from '../../../src/adapters/files/find-bundle-files.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';

describe('bundle reader', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tocsin-bundle-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  async function write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }

  function read(limits: Partial<BundleLimits> = {}): Promise<BundleFiles> {
    return createBundleReader({ directory, limits }).read();
  }

  async function refusal(reading: Promise<unknown>): Promise<TocsinError> {
    const error: unknown = await reading.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof TocsinError)) throw new Error(`Expected a refusal, got ${String(error)}.`);
    expect(error.code).to.equal('rules-unreadable');
    return error;
  }

  it('reads all YAML files below the folder in order of their paths', async () => {
    await write('b.yaml', 'b');
    await write('a/z.yml', 'z');
    await write('a/deep/x.yaml', 'x');
    await write('README.md', 'no rule');
    expect([...(await read())]).to.deep.equal([
      ['a/deep/x.yaml', 'x'],
      ['a/z.yml', 'z'],
      ['b.yaml', 'b'],
    ]);
  });

  it('leaves out tests/ at the top, and hidden files', async () => {
    await write('a.yaml', 'a');
    await write('tests/x.yaml', 'x');
    await write('team/tests/z.yaml', 'z');
    await write('.hidden.yaml', 'h');
    expect([...(await read()).keys()]).to.deep.equal(['a.yaml', 'team/tests/z.yaml']);
  });

  it('reads tables in tables/ at the top, which change the hash, and no other CSV', async () => {
    await write('a.yaml', '');
    await write('tables/hosts.csv', 'host,rack\na,1\n');
    await write('tables/eu/hosts.csv', 'host,rack\nb,2\n');
    await write('tables/y.yaml', 'y');
    await write('b.csv', 'x');
    await write('team/tables/c.csv', 'x');
    const reader = createBundleReader({ directory });
    const before = await read();
    expect([...before.keys()]).to.deep.equal(['a.yaml', 'tables/eu/hosts.csv', 'tables/hosts.csv']);
    await write('tables/hosts.csv', 'host,rack\na,2\n');
    expect(reader.hash(await read())).not.to.equal(reader.hash(before));
  });

  it('reads a mounted ConfigMap once, although it shows its files through links', async () => {
    await write('..2026_11_22/bundle.yaml', 'text');
    await symlink('..2026_11_22', join(directory, '..data'));
    await symlink('..data/bundle.yaml', join(directory, 'bundle.yaml'));
    expect([...(await read())]).to.deep.equal([['bundle.yaml', 'text']]);
  });

  it('ends where links run in a circle', async () => {
    await write('team/a.yaml', 'a');
    await symlink('..', join(directory, 'team', 'up'));
    await symlink('team', join(directory, 'zz'));
    expect([...(await read()).keys()]).to.deep.equal(['team/a.yaml']);
  });

  it('takes a byte order mark away and refuses what is not UTF-8', async () => {
    await write('a.yaml', '\uFEFFkind: Teams');
    expect((await read()).get('a.yaml')).to.equal('kind: Teams');
    await write('b.yaml', Buffer.from([0x61, 0xff, 0xfe]));
    expect((await refusal(read())).message).to.equal('b.yaml is not UTF-8 text. Save it as UTF-8.');
  });

  it('refuses a folder that is not there or has no YAML file', async () => {
    expect((await refusal(read())).message).to.match(/^There is no \.yaml file in /);
    const missing = createBundleReader({ directory: join(directory, 'nowhere') });
    expect((await refusal(missing.read())).message).to.match(
      /^Can not read the rules in .*nowhere\. .*TOCSIN_RULES_DIR.*ENOENT/,
    );
  });

  it('refuses a link that leads nowhere', async () => {
    await write('a.yaml', 'a');
    await symlink('gone.yaml', join(directory, 'b.yaml'));
    expect((await refusal(read())).message).to.contain('ENOENT');
  });

  it('refuses files, folders and bundles beyond the limits', async () => {
    await write('a.yaml', '12345');
    await write('one/two/b.yaml', '12345');
    await read({ files: 2, fileBytes: 5, totalBytes: 10, depth: 2 });
    expect((await refusal(read({ files: 1 }))).message).to.equal('The bundle has more than 1 files.');
    expect((await refusal(read({ fileBytes: 4 }))).message).to.equal('a.yaml is larger than 4 bytes.');
    expect((await refusal(read({ totalBytes: 9 }))).message).to.equal('The bundle is larger than 9 bytes.');
    expect((await refusal(read({ depth: 1 }))).message).to.equal('one/two lies more than 1 folders deep.');
  });

  describe('hash', () => {
    const reader = createBundleReader({ directory: 'unused' });
    const hash = (files: BundleFiles): string => reader.hash(files);

    it('is 64 hex digits and the same for the same files in any order', () => {
      const one = hash(new Map([['a', '1'], ['b', '2']])); // prettier-ignore
      expect(one).to.match(/^[0-9a-f]{64}$/);
      expect(hash(new Map([['b', '2'], ['a', '1']]))).to.equal(one); // prettier-ignore
    });

    it('changes with a text, a path, and with where one file ends and the next begins', () => {
      const hashes = [
        hash(new Map([['a', '1'], ['b', '2']])), // prettier-ignore
        hash(new Map([['a', '1'], ['b', '3']])), // prettier-ignore
        hash(new Map([['a', '1'], ['c', '2']])), // prettier-ignore
        hash(new Map([['a', '11:b1:2']])),
        hash(new Map([['a', '1']])),
      ];
      expect(new Set(hashes).size).to.equal(hashes.length);
    });
  });
});
