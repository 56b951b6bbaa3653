import type { Problem } from '../../app/ports.js';
import { malformedFields } from '../../domain/sources/alertmanager-v2.js';
import type { Rejection } from '../../domain/sources/source.js';
import { type AlertsRefusal, describeRefusal } from './alerts-refusal.js';

/** An error answer in the shape that Alertmanager's API v2 gives it; `body` is JSON text. */
export interface AlertmanagerError {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** go-openapi's own codes, which it answers as 422. */
const missing = 602;
const wrongFormat = 601;

/** Where Alertmanager's API is served, without and with a route prefix; what comes behind the prefix is captured. */
const alertmanagerPath = /^(?:\/alertmanager)?(\/api\/v2(?:\/.*)?)$/;

/** More lines than this help nobody, and would make the answer larger than the body. */
const mostLines = 100;

/** Alerts that were refused one by one while the others were stored: a JSON string, a line for each. */
export function rejectedAlertsError(rejected: readonly Rejection[]): AlertmanagerError {
  const lines = rejected.slice(0, mostLines).map((rejection) => rejection.message);
  if (rejected.length > mostLines) lines.push(`and ${rejected.length - mostLines} more`);
  return { status: 400, body: `${JSON.stringify(lines.join('\n'))}\n`, headers: {} };
}

/** 404 of a path that nothing is served at, named without the route prefix; null if it is none of Alertmanager's. */
export function unknownPathError(path: string): AlertmanagerError | null {
  const named = alertmanagerPath.exec(path)?.[1];
  return named === undefined ? null : coded(404, 404, `path ${named} was not found`);
}

/** Everything that refuses the whole request: an object of code and message, as go-openapi writes it. */
export function alertmanagerError(refusal: AlertsRefusal): AlertmanagerError {
  switch (refusal.kind) {
    case 'empty':
      return coded(422, missing, 'alerts in body is required');
    case 'invalid':
      return invalidError(refusal.problems, refusal.body);
    case 'not-json':
      return parseError(refusal.detail);
    case 'not-utf8':
      return parseError('it is not valid UTF-8');
    case 'media-type': {
      const found = refusal.found === '' ? 'application/octet-stream' : refusal.found;
      return coded(
        415,
        415,
        `unsupported media type ${JSON.stringify(found)}, only [application/json] are allowed`,
      );
    }
    case 'method': {
      const message = `method ${refusal.method} is not allowed, but [${refusal.allow.join(',')}] are`;
      return { ...coded(405, 405, message), headers: { Allow: refusal.allow.join(',') } };
    }
    case 'charset':
    case 'content-encoding':
    case 'unknown-source':
    case 'not-gzip':
    case 'too-large':
    case 'too-slow':
    case 'crowded':
    case 'aborted':
    case 'failed': {
      const { status, title, detail, headers } = describeRefusal(refusal);
      return { ...coded(status, status, detail ?? title), headers: headers ?? {} };
    }
  }
}

/**
 * Go decodes the whole body before it validates any of it: a wrong type anywhere comes before a missing field, and only the
 * first finding is shown.
 */
function invalidError(problems: readonly Problem[], body: unknown): AlertmanagerError {
  if (!Array.isArray(body))
    return parseError(`json: cannot unmarshal ${goKind(body)} into Go value of type models.PostableAlerts`);
  const wrong = problems.find(
    (problem) => problem.keyword !== 'uri' && missingLabelsOf(problem, body) === null,
  );
  if (wrong !== undefined) return parseError(`${wrong.pointer}: ${wrong.message}`);
  const [first] = problems;
  if (first === undefined) return parseError('it does not have the shape of alerts');
  const index = missingLabelsOf(first, body);
  if (index === null)
    return coded(422, wrongFormat, `${first.pointer.slice(1).replaceAll('/', '.')} in body ${first.message}`);
  // The schema is held against a body before its times and URLs are read; Go sees those of an alert before its labels.
  const sooner = malformedFields(body.slice(0, index + 1));
  return sooner.length > 0
    ? invalidError(sooner, body)
    : coded(422, missing, `${index}.labels in body is required`);
}

/** Index of the alert that the problem says has no labels (absent or null), or null if it says something else. */
function missingLabelsOf(problem: Problem, body: readonly unknown[]): number | null {
  const index = /^\/(\d+)(?:\/labels)?$/.exec(problem.pointer)?.[1];
  if (index === undefined) return null;
  const alert = body[Number(index)];
  if (typeof alert !== 'object' || alert === null || Array.isArray(alert)) return null;
  const { labels } = alert as { labels?: unknown };
  return labels === undefined || labels === null ? Number(index) : null;
}

function parseError(reason: string): AlertmanagerError {
  return coded(400, 400, `parsing alerts body from "" failed, because ${reason}`);
}

function coded(status: number, code: number, message: string): AlertmanagerError {
  return { status, body: JSON.stringify({ code, message }), headers: {} };
}

function goKind(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
