import type { CheckBody, SchemaName } from '../../app/ports.js';
import type { ProblemDetails, ProblemError } from './problem.js';

export type CheckedBody =
  | { readonly ok: true; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: ProblemDetails };

/** Holds a body against its schema, with `fixed` fields that the address gives. No body counts as `{}`. */
export function checkBody(
  check: CheckBody,
  schema: SchemaName,
  given: { readonly body: unknown; readonly fixed?: Readonly<Record<string, unknown>> },
): CheckedBody {
  const body = given.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    return { ok: false, problem: bodyProblem([{ pointer: '', message: 'must be an object' }]) };
  }
  const fields = { ...body, ...given.fixed };
  const problems = check(schema, fields);
  if (problems.length > 0) {
    return {
      ok: false,
      problem: bodyProblem(problems.map(({ pointer, message }) => ({ pointer, message }))),
    };
  }
  return { ok: true, fields };
}

/** A 400 that says what is wrong where in the body. */
export function bodyProblem(errors: readonly ProblemError[]): ProblemDetails {
  const [first] = errors;
  const detail = first === undefined ? '' : `${first.pointer || 'The body'}: ${first.message}`;
  return { status: 400, kind: 'invalid', title: 'The body is not valid', detail, errors };
}
