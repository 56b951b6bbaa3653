import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { explainSchemaErrors } from '../../../src/adapters/files/explain-schema-error.js';
import { schemaDirectory } from '../../../src/adapters/files/schema-directory.js';

interface Schema {
  readonly $ref?: string;
  readonly $schema?: string;
  readonly type?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly defaultSnippets?: readonly { readonly label: string; readonly body: unknown }[];
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const kinds = [
  'bundle',
  'vocabulary',
  'teams',
  'services',
  'triage',
  'maintenance',
  'inhibition',
  'correlation',
  'priority',
  'routing',
  'escalation',
  'notifiers',
  'oncall',
  'source',
  'intake',
  'test',
];
const files = [...kinds, 'common'].map((name) => `${name}.schema.json`);
const schemas = new Map(files.map((file) => [file, read(file)]));

function read(file: string): Schema {
  return JSON.parse(readFileSync(join(schemaDirectory(), file), 'utf8')) as Schema;
}

/** Every schema object below a schema, with its path; keys of `properties` and `definitions` are names, not keywords. */
function* below(schema: unknown, path: string): Iterable<{ path: string; schema: Schema }> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  yield { path, schema };
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'examples' || key === 'if') continue;
    if (key === 'properties' || key === 'definitions') {
      for (const [name, member] of Object.entries(value as object))
        yield* below(member, `${path}/${key}/${name}`);
    } else yield* below(value, `${path}/${key}`);
  }
}

/** The keyword of a schema, or of what it refers to. */
function resolve<K extends 'description' | 'examples'>(schema: Schema, key: K, file: string): Schema[K] {
  if (schema[key] !== undefined || schema.$ref === undefined) return schema[key];
  const [other, pointer = ''] = schema.$ref.split('#');
  const target = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, name) => (value as Record<string, unknown>)[name],
      schemas.get(other === '' ? file : (other ?? '')),
    );
  return resolve(target as Schema, key, other === '' ? file : (other ?? ''));
}

const ajv = new Ajv({ allErrors: true, verbose: true, strictTypes: false, inlineRefs: false });
ajv.addKeyword('defaultSnippets');
for (const [file, schema] of schemas) ajv.addSchema(schema, file);

describe('schemas of rules', () => {
  for (const [file, schema] of schemas) {
    describe(file, () => {
      it('is written in draft-07, which every editor plug-in reads', () => {
        expect(schema.$schema).to.equal('http://json-schema.org/draft-07/schema#');
      });

      it('describes every property and shows an example of it', () => {
        const silent = [...below(schema, '')]
          .flatMap(({ path, schema: one }) =>
            Object.entries(one.properties ?? {}).map(([name, property]) => ({
              path: `${path}/${name}`,
              property,
            })),
          )
          .filter(
            ({ property }) =>
              resolve(property, 'description', file) === undefined ||
              !resolve(property, 'examples', file)?.length,
          );
        expect(silent.map(({ path }) => path)).to.deep.equal([]);
      });

      if (file !== 'common.schema.json')
        it('says what the kind is for, shows a document of it, and offers one to fill in', () => {
          const { description, examples = [], defaultSnippets = [] } = schema;
          expect(description).to.be.a('string').and.not.empty;
          expect(examples).to.not.be.empty;
          expect(defaultSnippets.map(({ label }) => label)).to.not.be.empty;
          const validate = ajv.getSchema(file);
          if (validate === undefined) throw new Error(`No schema ${file}.`);
          for (const { body } of defaultSnippets) {
            // As an editor leaves it when nobody fills anything in.
            const text = JSON.stringify(body).replaceAll(/\$\{\d+:([^}]*)\}/g, '$1');
            void validate(JSON.parse(text));
            expect(explainSchemaErrors(validate.errors ?? []), text).to.deep.equal([]);
          }
        });

      it('says of every map what keys it may have', () => {
        const open = [...below(schema, '')].filter(
          ({ schema: one }) => one.type === 'object' && one.additionalProperties === undefined,
        );
        expect(open.map(({ path }) => path)).to.deep.equal([]);
      });

      it('shows examples that fit it', () => {
        for (const { path, schema: one } of below(schema, '')) {
          if (one.examples === undefined) continue;
          const validate = ajv.getSchema(`${file}#${path}`);
          if (validate === undefined) throw new Error(`No schema at ${path}.`);
          for (const example of one.examples) {
            void validate(example);
            const wrong = explainSchemaErrors(validate.errors ?? []);
            expect(wrong, `${path}: ${JSON.stringify(example)}`).to.deep.equal([]);
          }
        }
      });
    });
  }
});
