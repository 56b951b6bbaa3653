import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Holds a log against the schema of SARIF 2.1.0 (rtm.5) that @microsoft/jest-sarif (MIT) carries. */
export const isSarif: ValidateFunction = compileSchema();

function compileSchema(): ValidateFunction {
  const path = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );
  const { definitions, properties, required } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  // Its patterns are older than those of Unicode; `$schema` and `id` are of draft 4, whose keywords all mean here what they meant.
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile({ type: 'object', additionalProperties: false, definitions, properties, required });
}
