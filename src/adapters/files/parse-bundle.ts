import { LineCounter, type Document } from 'yaml';
import type { BundleDocument, BundleFiles, Issue } from '../../domain/rules/bundle.js';
import type { BundleTable } from '../../domain/rules/bundle-table.js';
import { idAround } from '../../domain/rules/json-pointer.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { tablesFolder } from './find-bundle-files.js';
import { parseTable } from './parse-table.js';
import type { CheckDocument } from './schema-checker.js';
import { offsetOf, parseYaml, placeAt, plainData, yamlFindings, type YamlFinding } from './yaml-document.js';

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

interface ParsedBundle extends Parsed {
  readonly tables: readonly BundleTable[];
}

interface Parsed {
  readonly documents: readonly BundleDocument[];
  readonly issues: readonly Issue[];
}

/** Syntax and schema of all files, every finding at once; documents and tables only when there is no error. */
export function parseBundle(
  files: BundleFiles,
  checkDocument: CheckDocument,
  schemas: Schemas = bundleSchemas,
): ParsedBundle {
  const documents: BundleDocument[] = [];
  const tables: BundleTable[] = [];
  const issues: Issue[] = [];
  for (const [file, text] of files) {
    if (file.startsWith(`${tablesFolder}/`)) {
      const read = parseTable(file, text);
      if (read.ok) tables.push(read.table);
      else issues.push(read.issue);
      continue;
    }
    const parsed = parseFile({ file, text, schemas }, checkDocument);
    documents.push(...parsed.documents);
    issues.push(...parsed.issues);
  }
  return issues.length === 0 ? { documents, tables, issues } : { documents: [], tables: [], issues };
}

function parseFile(
  { file, text, schemas }: { readonly file: string; readonly text: string; readonly schemas: Schemas },
  checkDocument: CheckDocument,
): Parsed {
  const lineCounter = new LineCounter();
  const documents: BundleDocument[] = [];
  const issues: Issue[] = [];
  for (const document of parseYaml(text, lineCounter)) {
    const reader = createDocumentReader(file, document, lineCounter);
    const found = reader.read(checkDocument, schemas);
    if ('issues' in found) issues.push(...found.issues);
    else if (found.document !== null) documents.push(found.document);
  }
  return { documents, issues };
}

type ReadDocument = { readonly document: BundleDocument | null } | { readonly issues: readonly Issue[] };

function createDocumentReader(file: string, document: Document.Parsed, lineCounter: LineCounter) {
  const place: BundleDocument['place'] = (pointer, part = 'value') =>
    placeAt(file, offsetOf(document, pointer, part), lineCounter);
  const fromYaml = (finding: YamlFinding): Issue =>
    yamlIssue(placeAt(file, finding.offset, lineCounter), finding);

  return {
    read(checkDocument: CheckDocument, schemas: Schemas): ReadDocument {
      const findings = yamlFindings(document);
      if (findings.length > 0) return { issues: findings.map(fromYaml) };
      const plain = plainData(document);
      if ('finding' in plain) return { issues: [fromYaml(plain.finding)] };
      const { body } = plain;
      if (body === null) return { document: null };
      const kind = kindOf(body);
      const schema = schemas.get(kind ?? '');
      if (kind === null || schema === undefined) return { issues: [kindIssue(body, schemas, place)] };
      const wrong = checkDocument(schema, body);
      if (wrong.length === 0) return { document: { file, kind, body, place } };
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
  return {
    ...base,
    code: 'unknown-kind',
    message: `Unknown kind "${kind}".`,
    place: place('/kind'),
    hint: nearest === null ? list : `Did you mean "${nearest}"?`,
    pointer: '/kind',
  };
}

function yamlIssue(place: Issue['place'], finding: YamlFinding): Issue {
  const { code, message, hint } = finding;
  return { level: 'error', code, message, place, rule: null, hint, pointer: '' };
}
