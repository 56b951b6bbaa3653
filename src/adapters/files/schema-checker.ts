import type { ErrorObject, ValidateFunction } from 'ajv';
import type { CheckBody, Problem } from '../../app/ports.js';
import { explainSchemaErrors, type SchemaFinding } from './explain-schema-error.js';
import { schemaDirectory } from './schema-directory.js';
import { createSchemaLibrary } from './schema-library.js';

/** Holds the data of one YAML document against the schema of its kind; every error, in words for people. */
export type CheckDocument = (schema: string, body: unknown) => readonly SchemaFinding[];

export function createCheckDocument(directory: string = schemaDirectory()): CheckDocument {
  const library = createSchemaLibrary({ directory, allErrors: true });
  return (schema, body) => {
    const validate = library(schema);
    return validate(body) ? [] : explainSchemaErrors(takeErrors(validate));
  };
}

/** Bodies with more values than this are only told their first problem: a list of all could outgrow the body many times. */
const valuesForFullReport = 10_000;
const errorsExplained = 1_000;
const problemsInReport = 100;

/**
 * The check of HTTP bodies. Schemas are read and compiled when first used, then kept. A body that fits costs one pass that
 * stops at the first error; only a body that doesn't fit, and is small, is gone through again for all its problems.
 */
export function createCheckBody(directory: string = schemaDirectory()): CheckBody {
  const first = createSchemaLibrary({ directory, allErrors: false });
  const all = createSchemaLibrary({ directory, allErrors: true });
  return (schema, body) => {
    const validate = first(schema);
    if (validate(body)) return [];
    const complete = holdsAtMost(body, valuesForFullReport) ? all(schema) : validate;
    if (complete !== validate) {
      takeErrors(validate);
      complete(body);
    }
    const errors = takeErrors(complete).slice(0, errorsExplained);
    return explainSchemaErrors(errors).slice(0, problemsInReport).map(toProblem);
  };
}

/**
 * Ajv keeps the errors of a schema, and of each that it refers to, until the next call: without this the whole body with
 * them. The errors are copied, and what is left there lets go of the body.
 */
function takeErrors(validate: ValidateFunction): readonly ErrorObject[] {
  const kept = validate.errors ?? [];
  validate.errors = null;
  const errors = kept.map((error) => ({ ...error }));
  for (const error of kept) error.data = null;
  return errors;
}

/** Of a name that is not known the hint is part of the message where it says which one was meant, or which ones are known. */
function toProblem({ pointer, message, hint, keyword }: SchemaFinding): Problem {
  const names =
    keyword === 'additionalProperties' || (keyword === 'enum' && hint?.startsWith('Did you mean') === true);
  return { pointer, message: names && hint !== null ? `${message} ${hint}` : message, keyword };
}

/** Whether a parsed body has at most `limit` values in it, counted without recursion. */
function holdsAtMost(body: unknown, limit: number): boolean {
  const waiting: unknown[] = [body];
  let seen = 0;
  for (let value = waiting.pop(); ; value = waiting.pop()) {
    seen += 1;
    if (seen > limit) return false;
    if (typeof value === 'object' && value !== null) {
      const below: unknown[] = Object.values(value);
      if (below.length + waiting.length > limit) return false;
      waiting.push(...below);
    }
    if (waiting.length === 0) return true;
  }
}
