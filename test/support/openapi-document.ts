import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

export interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly schema?: { readonly enum?: readonly string[] };
}

interface ResponseObject {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly schemas: Readonly<
      Record<string, { readonly enum?: readonly string[]; readonly properties?: object }>
    >;
  };
}

/** docs/openapi.yaml. */
export const openapi = parse(readFileSync('docs/openapi.yaml', 'utf8')) as OpenApi;

export const documentedMethods = ['get', 'post', 'delete'] as const;

/** An answer as a client got it. `text` is '' where there is no body. */
export interface GotAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ajv = new Ajv2020({ strict: false });
formats.default(ajv, ['date-time']);
ajv.addSchema(openapi, 'openapi.yaml');
const compiled = new Map<string, ValidateFunction>();

/** Why data is not what a schema of the document says, found by a JSON pointer into it; '' if it is. */
export function faultOf(pointer: string, data: unknown): string {
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi.yaml#${pointer}` });
  compiled.set(pointer, validate);
  return validate(data) ? '' : ajv.errorsText(validate.errors);
}

/** The operation behind a request and the template of its path; null where the document has none. */
export function operationOf(
  method: string,
  url: string,
): { readonly path: string; readonly operation: Operation } | null {
  const path = pathOf(url);
  const operation = path === null ? undefined : openapi.paths[path]?.[method.toLowerCase()];
  return path === null || operation === undefined ? null : { path, operation };
}

/**
 * What docs/openapi.yaml does not say about an answer: an operation that it has must have this status, with this type and
 * a body of this shape; a path without the method is 405 with `Allow`; any other path 404. '' if it says all of it.
 */
export function undescribed(method: string, url: string, answer: GotAnswer): string {
  const found = operationOf(method === 'HEAD' ? 'GET' : method, url);
  if (found === null) return faultWithoutOperation(method, pathOf(url), answer);
  const { path, operation } = found;
  const name = `${method} ${path} ${answer.status}`;
  const response = operation.responses[String(answer.status)];
  if (response === undefined) return `${name} is not described`;
  const base =
    response.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${answer.status}`;
  const { headers = {}, content = {} } =
    response.$ref === undefined ? response : openapi.components.responses[base.split('/').at(-1) ?? '']!;
  const missing = Object.keys(headers).filter((header) => !answer.headers.has(header));
  if (missing.length > 0) return `${name} has no ${missing.join(', ')}`;
  if (method === 'HEAD') return '';
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (answer.text === '') return Object.keys(content).length === 0 ? '' : `${name} has no body`;
  if (content[type] === undefined) return `${name} is ${type}, described as ${Object.keys(content).join()}`;
  if (!type.endsWith('json')) return '';
  const fault = faultOf(`${base}/content/${escaped(type)}/schema`, JSON.parse(answer.text));
  return fault === '' ? '' : `${name}: ${fault}`;
}

function faultWithoutOperation(method: string, path: string | null, answer: GotAnswer): string {
  const allowed = path === null ? null : answer.headers.get('allow');
  const expected = path === null ? 404 : method === 'OPTIONS' && answer.status === 204 ? 204 : 405;
  // Pages of other sites are turned away before anybody looks where they want to go.
  if (answer.status === 403) return '';
  if (answer.status !== expected) return `${method} without an operation is ${answer.status}`;
  return path !== null && allowed === null ? `${method} ${path} has no Allow` : '';
}

/** Fixed paths come before those with a parameter. */
const templates = Object.keys(openapi.paths)
  .map((path) => ({ path, parts: path.split('/') }))
  .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));

function pathOf(url: string): string | null {
  // A slash at the end of Alertmanager's path changes nothing, as the document says in front.
  const { pathname } = new URL(url, 'http://tocsin');
  const parts = pathname.replace(/(\/api\/v2\/alerts)\/$/, '$1').split('/');
  const fits = (template: readonly string[]): boolean =>
    template.length === parts.length &&
    template.every((part, at) => part.startsWith('{') || part === parts[at]);
  return templates.find((template) => fits(template.parts))?.path ?? null;
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
}
