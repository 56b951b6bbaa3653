import { LineCounter, type Document } from 'yaml';
import type { BundleDocument, Issue } from '../../domain/rules/bundle.js';
import { idAround } from '../../domain/rules/json-pointer.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { offsetAt, recordPositions, type DocumentPositions } from './document-positions.js';
import { tablesFolder } from './find-bundle-files.js';
import { parseTable, type PlainTable } from './parse-table.js';
import type { CheckDocument } from './schema-checker.js';
import { parseYaml, placeAt, plainData, yamlFindings, type YamlFinding } from './yaml-document.js';

/** Kind of a document → name of its schema. */
export type Schemas = ReadonlyMap<string, string>;

const bundleSchemas: Schemas = new Map(
  [
    'Bundle',
    'Vocabulary',
    'Teams',
    'Services',
    'Triage',
    'Maintenance',
    'Inhibition',
    'Correlation',
    'Priority',
    'Routing',
    'Escalation',
    'Notifiers',
    'OnCall',
    'Source',
    'Intake',
  ].map((kind) => [kind, kind.toLowerCase()]),
);

/** What is made of one file of a bundle: plain data, so that it may be parsed in another thread than it is used in. */
export interface ParsedFile {
  readonly file: string;
  readonly documents: readonly PlainDocument[];
  readonly table: PlainTable | null;
  readonly issues: readonly Issue[];
  /** Offsets at which lines begin. */
  readonly lineStarts: number[];
}

/** One document that passed its schema. */
export interface PlainDocument extends Pick<BundleDocument, 'kind' | 'body'> {
  readonly positions: DocumentPositions;
}

export interface ParseOptions {
  readonly checkDocument: CheckDocument;
  /** Default: those of a bundle. */
  readonly schemas?: Schemas;
}

/** Syntax and schema of one file, every finding at once. */
export function parseFile(
  file: string,
  text: string,
  { checkDocument, schemas = bundleSchemas }: ParseOptions,
): ParsedFile {
  if (file.startsWith(`${tablesFolder}/`)) {
    const read = parseTable(file, text);
    const nothing = { file, documents: [], lineStarts: [] };
    return read.ok
      ? { ...nothing, table: read.table, issues: [] }
      : { ...nothing, table: null, issues: [read.issue] };
  }
  const lineCounter = new LineCounter();
  const documents: PlainDocument[] = [];
  const issues: Issue[] = [];
  for (const document of parseYaml(text, lineCounter)) {
    const reader = createDocumentReader({ file, text }, document, lineCounter);
    const found = reader.read(checkDocument, schemas);
    if ('issues' in found) issues.push(...found.issues);
    else if (found.document !== null) documents.push(found.document);
  }
  return { file, documents, table: null, issues, lineStarts: lineCounter.lineStarts };
}

type ReadDocument = { readonly document: PlainDocument | null } | { readonly issues: readonly Issue[] };

function createDocumentReader(
  { file, text }: { readonly file: string; readonly text: string },
  document: Document.Parsed,
  lineCounter: LineCounter,
) {
  const fromYaml = (finding: YamlFinding): Issue =>
    yamlIssue(placeAt(file, finding.offset, lineCounter), finding);

  return {
    read(checkDocument: CheckDocument, schemas: Schemas): ReadDocument {
      const findings = yamlFindings(document, text);
      if (findings.length > 0) return { issues: findings.map(fromYaml) };
      const plain = plainData(document);
      if ('finding' in plain) return { issues: [fromYaml(plain.finding)] };
      const { body } = plain;
      if (body === null) return { document: null };
      const positions = recordPositions(document);
      const place = placesOf(file, positions, lineCounter);
      const kind = kindOf(body);
      const schema = schemas.get(kind ?? '');
      if (kind === null || schema === undefined) return { issues: [kindIssue(body, schemas, place)] };
      const wrong = checkDocument(schema, body);
      if (wrong.length === 0) return { document: { kind, body, positions } };
      return {
        issues: wrong.map(({ pointer, part, code, message, hint }) => ({
          level: 'error',
          code,
          message,
          place: place(pointer, part),
          rule: idAround(body, pointer),
          hint,
          pointer,
        })),
      };
    },
  };
}

/** Says where the parts of a document stand. */
export function placesOf(
  file: string,
  positions: DocumentPositions,
  lineCounter: LineCounter,
): BundleDocument['place'] {
  return (pointer, part = 'value') => placeAt(file, offsetAt(positions, pointer, part), lineCounter);
}

function kindOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('kind' in body)) return null;
  return typeof body.kind === 'string' ? body.kind : null;
}

function kindIssue(body: unknown, schemas: Schemas, place: BundleDocument['place']): Issue {
  const known = [...schemas.keys()];
  const list = `Kinds: ${known.join(', ')}.`;
  const base = { level: 'error' as const, rule: null };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return {
      ...base,
      code: 'type-mismatch',
      message: 'A document must be a map of keys.',
      place: place(''),
      hint: 'Begin with apiVersion: tocsin/v1 and kind: …',
      pointer: '',
    };
  }
  const kind = kindOf(body);
  if (kind === null) {
    return {
      ...base,
      code: 'missing-key',
      message: 'The key "kind" is missing or no text.',
      place: place('/kind'),
      hint: list,
      pointer: '/kind',
    };
  }
  const nearest = nearestName(kind, known);
  const ofTests = 'Tests of rules are no part of the bundle: put the file into tests/, for tocsin test.';
  const otherwise = kind === 'RuleTest' ? ofTests : list;
  return {
    ...base,
    code: 'unknown-kind',
    message: `Unknown kind "${kind}".`,
    place: place('/kind'),
    hint: nearest === null ? otherwise : `Did you mean "${nearest}"?`,
    pointer: '/kind',
  };
}

function yamlIssue(place: Issue['place'], finding: YamlFinding): Issue {
  const { code, message, hint } = finding;
  return { level: 'error', code, message, place, rule: null, hint, pointer: '' };
}
