import { expect } from 'chai';
import { parseBundle } from '../../../src/adapters/files/parse-bundle.js';
import { createCheckDocument } from '../../../src/adapters/files/schema-checker.js';
import type { BundleDocument } from '../../../src/domain/rules/bundle.js';

const checkDocument = createCheckDocument();

function parse(text: string) {
  return parseBundle(new Map([['x.yaml', text]]), { checkDocument });
}

function onlyDocument(text: string): BundleDocument {
  const { documents, issues } = parse(text);
  expect(issues).to.deep.equal([]);
  expect(documents).to.have.length(1);
  return documents[0]!;
}

const head = 'apiVersion: tocsin/v1\nkind: Teams\n';

describe('parse of a bundle', () => {
  it('reads several documents of one file and skips empty ones', () => {
    const { documents } = parse(
      `# only a comment\n---\n${head}teams: [{ id: a, tiers: [] }]\n---\n${head}teams: [{ id: b, tiers: [] }]\n---\n`,
    );
    expect(
      documents.map((one) => [
        (one.body as { teams: { id: string }[] }).teams[0]?.id,
        one.place('/teams').line,
      ]),
    ).to.deep.equal([
      ['a', 5],
      ['b', 9],
    ]);
  });

  it('gives no document at all where any file has an error', () => {
    const files = new Map([
      ['a.yaml', `${head}teams: [{ id: a, tiers: [] }]\n`],
      ['b.yaml', `${head}teems: []\n`],
    ]);
    const { documents, issues } = parseBundle(files, { checkDocument });
    expect(documents).to.deep.equal([]);
    expect(issues.map(({ code, place }) => `${place.file}:${place.line} ${code}`)).to.deep.equal([
      'b.yaml:1 missing-key',
      'b.yaml:3 unknown-key',
    ]);
  });

  it('collects the errors of all files and keys', () => {
    const { issues } = parse(
      `${head}teams:\n  - { id: A, tiers: [L9] }\n  - { tiers: L1, calender: always }\n`,
    );
    expect(
      issues.map(({ code, place, pointer }) => `${place.line}:${place.column} ${code} ${pointer}`),
    ).to.have.members([
      '4:11 bad-id /teams/0/id',
      '4:22 unknown-value /teams/0/tiers/0',
      '5:5 missing-key /teams/1',
      '5:14 type-mismatch /teams/1/tiers',
      '5:18 unknown-key /teams/1/calender',
    ]);
  });

  it('reads YAML 1.2: no, on and 08:00 are texts', () => {
    const { body } = onlyDocument(
      `apiVersion: tocsin/v1\nkind: Vocabulary\nlists: [{ id: a, items: [no, on, 08:00] }]\n`,
    );
    expect((body as { lists: unknown }).lists).to.deep.equal([{ id: 'a', items: ['no', 'on', '08:00'] }]);
  });

  it('keeps a key called __proto__ an ordinary key', () => {
    const { issues } = parse(`${head}teams: []\n__proto__: { polluted: yes }\n`);
    expect(issues.map(({ code, message }) => `${code} ${message}`)).to.include(
      'unknown-key Unknown key "__proto__".',
    );
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  it('lets an anchor be used a few times', () => {
    const document = onlyDocument(
      `${head}teams:\n  - { id: a, tiers: &all [L1, L2] }\n  - { id: b, tiers: *all }\n`,
    );
    expect((document.body as { teams: { tiers: unknown }[] }).teams[1]?.tiers).to.deep.equal(['L1', 'L2']);
    expect(document.place('/teams/1/tiers')).to.deep.include({ line: 5, column: 21 });
    expect(document.place('/teams/1/tiers/1'), 'inside an alias: where the anchor is').to.deep.include({
      line: 4,
      column: 31,
    });
  });

  it('refuses what is nested too deeply, however deeply, without falling over', () => {
    for (const depth of [65, 1_000, 1_500, 3_000, 200_000]) {
      const { issues } = parse(`${head}teams: ${'['.repeat(depth)}${']'.repeat(depth)}\n`);
      expect(
        issues.map(({ code }) => code),
        `${depth} levels`,
      ).to.deep.equal(['yaml-depth']);
    }
  });

  it('refuses aliases that hold themselves or stack up too deeply', () => {
    const itself = parse(`${head}teams: &a [*a]\n`);
    expect(itself.issues.map(({ code, place }) => `${place.line}:${place.column} ${code}`)).to.deep.equal([
      '3:12 yaml-depth',
    ]);
    const nested = (inside: string): string => `${'['.repeat(40)}${inside}${']'.repeat(40)}`;
    const stacked = parse(`${head}a: &a ${nested('')}\nb: &b ${nested('*a')}\nteams: ${nested('*b')}\n`);
    expect(stacked.issues.map(({ code }) => code)).to.deep.equal(['yaml-depth']);
  });

  it('counts lines of files with Windows line ends', () => {
    const { issues } = parse(`${head}teams:\n  - { id: a, tiers: [L7] }\n`.replaceAll('\n', '\r\n'));
    expect(issues.map(({ place }) => place)).to.deep.equal([{ file: 'x.yaml', line: 4, column: 22 }]);
  });

  describe('place', () => {
    const document = onlyDocument(
      `${head}teams:\n  - id: a\n    tiers: [L1]\n    channels:\n      a/b~c: none\n`,
    );

    it('tells key and value apart', () => {
      expect(document.place('/teams/0/tiers', 'key')).to.deep.equal({ file: 'x.yaml', line: 5, column: 5 });
      expect(document.place('/teams/0/tiers')).to.deep.equal({ file: 'x.yaml', line: 5, column: 12 });
    });

    it('reads escaped keys', () => {
      expect(document.place('/teams/0/channels/a~1b~0c')).to.deep.include({ line: 7, column: 14 });
    });

    it('is that of the nearest parent where there is no such part', () => {
      expect(document.place('/teams/0/fallback/x')).to.deep.include({ line: 4, column: 5 });
      expect(document.place('/nowhere')).to.deep.include({ line: 1, column: 1 });
    });
  });
});
