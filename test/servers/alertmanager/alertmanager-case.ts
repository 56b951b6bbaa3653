/** An answer to `POST /api/v2/alerts`; every one but a success has the type application/json. */
export type ExpectedAnswer =
  | { readonly status: 200 }
  /** go-openapi's error object. With `kind`, Tocsin's message only needs to match it: the rest is Go's own wording. */
  | { readonly status: number; readonly code: number; readonly message: string; readonly kind?: RegExp }
  /** The JSON string with which the handler refuses alerts one by one. */
  | { readonly status: 400; readonly text: string };

export interface AlertmanagerCase {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  /** Default: `Content-Type: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What Debian's Alertmanager 0.25.0 answers; null: it drops the connection. */
  readonly alertmanager: ExpectedAnswer | null;
  /** Where Tocsin differs on purpose, and why. */
  readonly tocsin?: { readonly answer: ExpectedAnswer; readonly why: string };
}

export const stored: ExpectedAnswer = { status: 200 };
export const labels = { alertname: 'A' };
export const json = (value: unknown): string => JSON.stringify(value);
export const alert = (fields: object): string => json([{ labels, ...fields }]);
export const labelled = (given: object): string => json([{ labels: given }]);

export const PARSING = 'parsing alerts body from "" failed, because ';
const ANY_PARSING = /^parsing alerts body from "" failed, because ./;

export function coded(status: number, code: number, message: string): ExpectedAnswer {
  return { status, code, message };
}

/** The reason comes from Go's JSON or time parser: only that it is one must agree. */
export function unreadable(reason: string): ExpectedAnswer {
  return { status: 400, code: 400, message: PARSING + reason, kind: ANY_PARSING };
}

export const noBody = coded(422, 602, 'alerts in body is required');
export const noLabels = (index: number): ExpectedAnswer =>
  coded(422, 602, `${index}.labels in body is required`);
export const badUri = (index: number, quoted: string): ExpectedAnswer =>
  coded(422, 601, `${index}.generatorURL in body must be of type uri: "${quoted}"`);
export const badMedia = (found: string): ExpectedAnswer =>
  coded(415, 415, `unsupported media type "${found}", only [application/json] are allowed`);
export const badMethod = (method: string): ExpectedAnswer => ({
  ...coded(405, 405, `method ${method} is not allowed, but [POST,GET] are`),
  // Tocsin does not serve the reads of API v2 yet, so GET is not among its methods.
  kind: /^method [A-Z]+ is not allowed, but \[[A-Z,]+\] are$/,
});
export const refused = (text: string): ExpectedAnswer => ({ status: 400, text });
export const noPair = refused('at least one label pair required');
export const startAfterEnd = refused('start time must be before end time');
export const newerTakesUtf8 = {
  answer: stored,
  why: '0.25 knows the classic names only; since 0.27 Alertmanager takes any UTF-8 name, and so does Tocsin',
};
