import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Document,
  type LineCounter,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Place } from '../../domain/rules/bundle.js';
import { explainYamlError } from './explain-yaml-error.js';
import type { FindingCode } from '../../domain/rules/finding-code.js';

/** Something wrong with the YAML itself, at an offset into the file's text. */
export interface YamlFinding {
  readonly offset: number;
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
}

/** How often aliases may be repeated in one document: a few anchors are fine, an alias bomb is not. */
const maxAliasCount = 50;
/** Rules need a dozen levels; the walks over documents and the schema checks recurse. */
const maxDepth = 64;
const coreTag = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/** The documents of a file by YAML 1.2 core (so `no` stays a text), errors kept inside each. */
export function parseYaml(text: string, lineCounter: LineCounter): Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    lineCounter,
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
  });
  return Array.isArray(documents) ? documents : [];
}

/** What forbids reading a document of a file's text: syntax, then tags, aliases and keys that plain data can't have. */
export function yamlFindings(document: Document.Parsed, text: string): YamlFinding[] {
  if (document.errors.length > 0) {
    return syntaxErrors(document).map((error) => tellSyntax(error, document, text));
  }
  const buried = deepNode(document);
  if (buried !== null) return [{ offset: buried.range?.[0] ?? 0, ...tooDeep }];
  const found: YamlFinding[] = [];
  const add = (node: Node, finding: Omit<YamlFinding, 'offset'>): void => {
    found.push({ offset: node.range?.[0] ?? 0, ...finding });
  };
  if (document.directives.yaml.version !== '1.2') {
    found.push({
      offset: 0,
      code: 'yaml-version',
      message: 'Rules are YAML 1.2; a %YAML directive can not ask for another version.',
      hint: 'Remove the %YAML line.',
    });
  }
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) checkAlias(node, document, add);
      else if (node.tag !== undefined && !coreTag.test(node.tag)) {
        add(node, {
          code: 'yaml-tag',
          message: `The tag ${node.tag} is not allowed.`,
          hint: 'Rules are plain data: remove the tag.',
        });
      }
    },
    Pair: (_key, pair) => {
      if (isNode(pair.key) && (!isScalar(pair.key) || pair.key.value === null)) {
        add(pair.key, {
          code: 'yaml-key',
          message: 'A key must be a plain text.',
          hint: isMap(pair.key) ? 'A text that begins with {{ must stand in quotes.' : null,
        });
      } else if (isScalar(pair.key) && pair.key.value === '<<') {
        add(pair.key, {
          code: 'yaml-key',
          message: 'YAML 1.2 has no merge keys, so << would be a key like any other.',
          hint: 'Write the keys out; what several rules ask for can be a named matcher of vocabulary.yaml.',
        });
      }
    },
  });
  return found;
}

const tooDeep: Omit<YamlFinding, 'offset'> = {
  code: 'yaml-depth',
  message: `This is nested more than ${maxDepth} levels deep.`,
  hint: 'Rules need a dozen levels at most.',
};

/** A node below the deepest level, found without recursion. */
function deepNode(document: Document.Parsed): Node | null {
  let level: Node[] = document.contents === null ? [] : [document.contents];
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth += 1) level = level.flatMap(childrenOf);
  return level[0] ?? null;
}

function childrenOf(node: Node): Node[] {
  if (!isMap(node) && !isSeq(node)) return [];
  return node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item])).filter(isNode);
}

type AddFinding = (node: Node, finding: Omit<YamlFinding, 'offset'>) => void;

function checkAlias(node: Node, document: Document.Parsed, add: AddFinding): void {
  if (!isAlias(node) || node.resolve(document) !== undefined) return;
  add(node, {
    code: 'yaml-alias',
    message: `The alias *${node.source} has no anchor before it.`,
    hint: 'A text that begins with * must stand in quotes.',
  });
}

/** Keys that stand twice, and the first real syntax error: what the parser makes of the text after it is guesswork. */
function syntaxErrors({ errors }: Document.Parsed): YAMLError[] {
  const broken = errors.find((error) => error.code !== 'DUPLICATE_KEY');
  return errors.filter((error) => error === broken || error.code === 'DUPLICATE_KEY');
}

function tellSyntax(error: YAMLError, document: Document.Parsed, text: string): YamlFinding {
  const offset = error.pos[0];
  if (error.code === 'TAB_AS_INDENT') {
    return {
      offset,
      code: 'yaml-tab',
      message: 'A tab can not indent YAML.',
      hint: 'Replace the tab with spaces.',
    };
  }
  if (error.code === 'DUPLICATE_KEY') {
    return {
      offset,
      code: 'duplicate-key',
      message: 'This key stands here twice.',
      hint: 'Keep one of the two.',
    };
  }
  if (error.code === 'RESOURCE_EXHAUSTION') return { offset, ...tooDeep };
  return { code: 'yaml-syntax', ...explainYamlError(error, document, text) };
}

/** The document as plain JSON data, or what makes it too large to unfold. */
export function plainData(document: Document.Parsed): { body: unknown } | { finding: YamlFinding } {
  const unfolded = unfold(document);
  if (unfolded.kind === 'data') return { body: unfolded.body };
  const offset = firstAlias(document)?.range?.[0] ?? 0;
  if (unfolded.kind === 'too-deep') return { finding: { offset, ...tooDeep } };
  return {
    finding: {
      offset,
      code: 'yaml-alias-bomb',
      message: `Aliases of this document unfold to more than ${maxAliasCount} copies.`,
      hint: 'Write the values out, or use a list or a named matcher of vocabulary.yaml.',
    },
  };
}

type Unfolded =
  { readonly kind: 'data'; readonly body: unknown } | { readonly kind: 'too-deep' | 'too-many' };

function unfold(document: Document.Parsed): Unfolded {
  try {
    const body: unknown = document.toJS({ maxAliasCount });
    return isDeep(body) ? { kind: 'too-deep' } : { kind: 'data', body };
  } catch (error) {
    // What the library and the runtime throw for aliases that unfold to too much; anything else is a bug and goes on.
    if (error instanceof ReferenceError) return { kind: 'too-many' };
    if (error instanceof RangeError) return { kind: 'too-deep' };
    throw error;
  }
}

/** Aliases can stack anchors on each other, or hold themselves, which no single node shows. */
function isDeep(body: unknown): boolean {
  let level = new Set<unknown>([body]);
  for (let depth = 0; depth <= maxDepth && level.size > 0; depth += 1) {
    level = new Set(
      [...level].flatMap((value) => (isObject(value) ? Object.values(value).filter(isObject) : [])),
    );
  }
  return level.size > 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function firstAlias(document: Document.Parsed): Node | null {
  let first: Node | null = null;
  visit(document, {
    Alias: (_key, node) => {
      first = node;
      return visit.BREAK;
    },
  });
  return first;
}

export function placeAt(file: string, offset: number, lineCounter: LineCounter): Place {
  const { line, col } = lineCounter.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
