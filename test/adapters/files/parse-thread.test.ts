import { expect } from 'chai';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createParseThread, type ParseThread } from '../../../src/adapters/files/parse-thread.js';
import type { ParsedBundle } from '../../../src/app/ports.js';
import type { BundleFiles } from '../../../src/domain/rules/bundle.js';
import { fixtureFiles, inRepository, mistakes, overMinimal } from '../../support/fixture-bundle.js';

const reader = createBundleReader({ directory: inRepository('rules') });

/** What a bundle says, and where everything in it stands. */
function told({ documents, tables, issues }: ParsedBundle): unknown {
  return {
    issues,
    documents: documents.map((document) => ({
      ...{ file: document.file, kind: document.kind, body: document.body },
      places: pointersOf(document.body).map((pointer) => [
        pointer,
        document.place(pointer),
        document.place(pointer, 'key'),
      ]),
    })),
    tables: tables.map((table) => ({
      ...{ name: table.name, columns: table.columns, rows: table.rows },
      places: [-1, ...table.rows.keys()].map((row) => table.place(row)),
    })),
  };
}

function pointersOf(body: unknown, pointer = ''): readonly string[] {
  if (typeof body !== 'object' || body === null) return [pointer];
  return [pointer, ...Object.entries(body).flatMap(([key, value]) => pointersOf(value, `${pointer}/${key}`))];
}

describe('the thread that parses bundles', function () {
  this.timeout(60_000);
  let thread: ParseThread;

  beforeEach(() => {
    thread = createParseThread();
  });
  afterEach(() => thread.close());

  it('says of each bundle what is said without a thread: documents, tables, mistakes, and where all of it stands', async () => {
    const bundles: readonly BundleFiles[] = [
      await reader.read(),
      ...mistakes().map((name) => fixtureFiles(name)),
    ];
    for (const files of bundles)
      expect(told(await thread.parse(files))).to.deep.equal(told(reader.parse(files)));
  });

  it('parses several bundles at once, each for itself', async () => {
    const names = ['a', 'b', 'c'];
    const parsed = await Promise.all(
      names.map((name) =>
        thread.parse(
          overMinimal([['x.yaml', `apiVersion: tocsin/v1\nkind: Vocabulary\nlists: [{ id: ${name} }]\n`]]),
        ),
      ),
    );
    const missing = parsed.map(({ issues }) => issues.map(({ rule, code }) => `${rule ?? ''} ${code}`));
    expect(missing).to.deep.equal(names.map((name) => [`${name} missing-key`]));
  });

  it('parses a file once for as long as it stays what it is, beside others that change', async () => {
    const head = 'apiVersion: tocsin/v1\nkind: Vocabulary\n';
    const many = Array.from({ length: 8_000 }, (_, at) => `  - { id: list-${at}, items: [a, b, c] }\n`).join(
      '',
    );
    const bundle = (small: string): BundleFiles =>
      overMinimal([
        ['many.yaml', `${head}lists:\n${many}`],
        ['small.yaml', `${head}lists: [{ id: ${small}, items: [a] }]\n`],
      ]);
    const timed = async (files: BundleFiles): Promise<{ readonly ms: number; readonly last: unknown }> => {
      const began = performance.now();
      const { documents } = await thread.parse(files);
      const ms = performance.now() - began;
      return { ms, last: documents.find(({ file }) => file === 'small.yaml')?.body };
    };
    const first = await timed(bundle('one'));
    const second = await timed(bundle('two'));
    expect(second.last).to.deep.include({ lists: [{ id: 'two', items: ['a'] }] });
    expect(second.ms).to.be.lessThan(first.ms / 3);
  });

  it('keeps the process alive only while it parses', async () => {
    const ports = (): number =>
      process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
    const before = ports();
    const parsing = thread.parse(overMinimal([]));
    expect(ports()).to.be.greaterThan(before);
    await parsing;
    expect(ports()).to.equal(before);
  });

  it('refuses what it has not parsed when it is closed, and is there again for the next', async () => {
    const files = overMinimal([]);
    const refused = thread.parse(files).catch((error: unknown) => error);
    await thread.close();
    expect(await refused).to.include({ code: 'parser-died', retriable: true });
    expect((await thread.parse(files)).issues).to.deep.equal([]);
  });
});
