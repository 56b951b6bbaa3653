import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** Compiled validators by file name without `.schema.json`. */
export type SchemaLibrary = (name: string) => ValidateFunction;

/**
 * Reads and compiles each schema of a folder once, when it is first asked for, with the files it refers to.
 * With `allErrors` a validator goes on after the first error, which costs memory in proportion to the errors.
 */
export function createSchemaLibrary(options: { directory: string; allErrors: boolean }): SchemaLibrary {
  // A full report is made of few bodies: compiling its validators fast (a third of the time) matters more than running them fast.
  const effort = options.allErrors ? { inlineRefs: false, code: { optimize: false } } : {};
  // strictTypes is off because draft-07 `if` branches name properties without repeating `type: object`.
  const ajv = new Ajv({
    allErrors: options.allErrors,
    verbose: true,
    strictTypes: false,
    logger: false,
    ...effort,
  });
  formats.default(ajv, ['date-time', 'uri']);
  // Editors read it.
  ajv.addKeyword('defaultSnippets');

  const load = (file: string): void => {
    if (ajv.schemas[file] !== undefined) return;
    const schema = JSON.parse(readFileSync(join(options.directory, file), 'utf8')) as AnySchemaObject;
    ajv.addSchema({ ...schema, $id: file });
    for (const other of referredFiles(schema)) load(other);
  };
  const compiled = new Map<string, ValidateFunction>();
  return (name) => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const file = `${name}.schema.json`;
    load(file);
    const validate = ajv.getSchema(file);
    if (validate === undefined) throw new Error(`No schema ${file} in ${options.directory}.`);
    compiled.set(name, validate);
    return validate;
  };
}

/** File names in `$ref`s such as `common.schema.json#/definitions/id`. */
function referredFiles(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = '$ref' in schema && typeof schema.$ref === 'string' ? (schema.$ref.split('#')[0] ?? '') : '';
  const below = Object.values(schema).flatMap(referredFiles);
  return own === '' ? below : [own, ...below];
}
