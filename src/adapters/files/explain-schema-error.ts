import type { ErrorObject } from 'ajv';
import type { FindingCode } from '../../domain/rules/finding-code.js';
import { joinPointer } from '../../domain/rules/json-pointer.js';
import { nearestName } from '../../domain/rules/nearest-name.js';

/** A schema error in words for people. `code` is from the catalogue of lint. */
export interface SchemaFinding {
  readonly pointer: string;
  readonly part: 'key' | 'value';
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
  readonly keyword: string;
}

interface Told {
  readonly pointer?: string;
  readonly part?: 'key' | 'value';
  readonly code: FindingCode;
  readonly message: string;
  readonly hint?: string | null;
}

/** Keywords that only wrap the errors of their branches: those say all there is to say. */
const wrappers = new Set(['if', 'propertyNames', 'allOf']);

/** All errors of one validation as findings: wrappers dropped, of the branches of an `anyOf` the nearest miss only. */
export function explainSchemaErrors(errors: readonly ErrorObject[]): SchemaFinding[] {
  const findings = nearestMisses(errors.filter((error) => !wrappers.has(error.keyword))).map((error) => ({
    pointer: error.instancePath,
    part: 'value' as const,
    hint: null,
    keyword: error.keyword,
    ...tell(error),
  }));
  return [...new Map(findings.map((one) => [`${one.pointer} ${one.message}`, one])).values()];
}

/** Ajv lists the errors of all branches before the `anyOf` or `oneOf` they belong to. The branch that got deepest was meant. */
function nearestMisses(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      kept.push(error);
      continue;
    }
    const inside = kept.filter((other) => isBelow(other.instancePath, error.instancePath));
    const meant = inside.filter(
      (other) => other.keyword !== 'type' || other.instancePath !== error.instancePath,
    );
    kept = [...kept.filter((other) => !inside.includes(other)), ...inOneWord(error, meant)];
  }
  return kept;
}

/** Branches that each want another key of one map are one question: which of them? */
function inOneWord(error: ErrorObject, branches: readonly ErrorObject[]): readonly ErrorObject[] {
  if (branches.length === 0) return [error];
  const wantKeys = branches.every(
    ({ keyword, instancePath }) => keyword === 'required' && instancePath === error.instancePath,
  );
  return wantKeys && branches.length > 1
    ? [{ ...error, keyword: 'oneKeyOf', params: { keys: branches.map(missingKey) } }]
    : branches;
}

function missingKey({ params }: ErrorObject): string {
  return (params as { missingProperty: string }).missingProperty;
}

function isBelow(pointer: string, base: string): boolean {
  return pointer === base || pointer.startsWith(`${base}/`);
}

function tell(error: ErrorObject): Told {
  switch (error.keyword) {
    case 'additionalProperties':
      return tellUnknownKey(error);
    case 'required':
      return tellMissingKey(error);
    case 'oneKeyOf':
      return tellMissingKeys(error);
    case 'type':
      return tellType(error);
    case 'enum':
    case 'const':
      return tellAllowed(error);
    case 'pattern':
      return tellPattern(error);
    default:
      return { code: 'bad-value', message: tellLimit(error), hint: about(error) };
  }
}

/** What the schema says of the value that stands at the wrong place: what it is for, and how one looks. */
function about({ parentSchema }: ErrorObject): string | null {
  const { description, examples = [] } = (parentSchema ?? {}) as {
    description?: string;
    examples?: readonly unknown[];
  };
  const shown = examples.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ');
  return [description, shown === '' ? '' : `Examples: ${shown}`].filter(Boolean).join(' ') || null;
}

function tellUnknownKey(error: ErrorObject): Told {
  const { additionalProperty: key } = error.params as { additionalProperty: string };
  const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
  return {
    pointer: joinPointer(error.instancePath, key),
    part: 'key',
    code: 'unknown-key',
    message: `Unknown key "${key}".`,
    hint: didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`,
  };
}

function tellMissingKey(error: ErrorObject): Told {
  const key = missingKey(error);
  return {
    part: 'key',
    code: 'missing-key',
    message: `The key "${key}" is missing.`,
    hint: exampleOf(error, key),
  };
}

function tellMissingKeys(error: ErrorObject): Told {
  const { keys } = error.params as { keys: readonly string[] };
  return {
    part: 'key',
    code: 'missing-key',
    message: `One of the keys ${keys.map((key) => `"${key}"`).join(', ')} is missing.`,
    hint: exampleOf(error, keys[0] ?? ''),
  };
}

function exampleOf({ parentSchema }: ErrorObject, key: string): string | null {
  const properties = parentSchema?.['properties'] as Record<string, { examples?: unknown[] }> | undefined;
  const example = properties?.[key]?.examples?.[0];
  return example === undefined ? null : `For example ${key}: ${JSON.stringify(example)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'null',
};

/** Titles of texts that no number can be. */
const measures = new Set(['duration', 'time', 'date']);

function tellType(error: ErrorObject): Told {
  const { type } = error.params as { type: string | readonly string[] };
  const wanted = typeof type === 'string' ? [type] : type;
  const scalar = typeof error.data === 'number' || typeof error.data === 'boolean';
  // A number without its unit is no better in quotes.
  const isFree = !measures.has(error.parentSchema?.['title'] as string);
  return {
    code: 'type-mismatch',
    message: `This must be ${wanted.map((name) => typeNames[name] ?? name).join(' or ')}, but is ${isSecret(error) ? 'something else' : describe(error.data)}.`,
    hint:
      wanted.includes('string') && scalar && isFree
        ? `Put it in quotes: "${String(error.data)}"`
        : about(error),
  };
}

function tellAllowed(error: ErrorObject): Told {
  const params = error.params as { allowedValues?: readonly unknown[]; allowedValue?: unknown };
  const allowed = params.allowedValues ?? [params.allowedValue];
  const texts = allowed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return {
    code: 'unknown-value',
    message: `This must be ${texts.length > 1 ? 'one of ' : ''}${texts.join(', ')}, but is ${describe(error.data)}.`,
    hint: (typeof error.data === 'string' ? didYouMean(error.data, texts) : null) ?? about(error),
  };
}

/** Texts of these titles have findings of their own. */
const patternCodes: Readonly<Record<string, FindingCode>> = {
  id: 'bad-id',
  duration: 'bad-duration',
  topic: 'bad-topic',
};

/** The schema's `title` says what such a text is called and `examples` how it looks; a pattern says nothing to people. */
function tellPattern(error: ErrorObject): Told {
  const { title: name = 'value' } = error.parentSchema as { title?: string };
  return {
    code: patternCodes[name] ?? 'bad-value',
    message: `${describe(error.data)} is no ${name}.`,
    hint: about(error),
  };
}

/** Whoever writes a secret where its name belongs must not find it in reports. */
function isSecret({ parentSchema }: ErrorObject): boolean {
  return parentSchema?.['writeOnly'] === true;
}

function tellLimit(error: ErrorObject): string {
  const { limit, format } = error.params as { limit?: number; format?: string };
  switch (error.keyword) {
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return limit === 1 ? 'This must not be empty.' : `This must have at least ${limit ?? 0} parts.`;
    case 'maxItems':
    case 'maxProperties':
      return `This must not have more than ${limit ?? 0} entries.`;
    case 'maxLength':
      return `This must not be longer than ${limit ?? 0} characters.`;
    case 'exclusiveMinimum':
      return `This must be more than ${limit ?? 0}, but is ${describe(error.data)}.`;
    case 'minimum':
      return `This must be at least ${limit ?? 0}, but is ${describe(error.data)}.`;
    case 'maximum':
      return `This must be at most ${limit ?? 0}, but is ${describe(error.data)}.`;
    case 'uniqueItems':
      return 'This list must not name the same thing twice.';
    case 'format':
      return `${describe(error.data)} is no ${format ?? 'value of this format'}.`;
    default:
      return `This ${error.message ?? 'does not fit'}.`;
  }
}

function didYouMean(wanted: string, known: readonly string[]): string | null {
  const nearest = nearestName(wanted, known);
  return nearest === null ? null : `Did you mean "${nearest}"?`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map of keys';
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
