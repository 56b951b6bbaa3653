import { expect } from 'chai';
import type { ApiAnswer } from './api-server.js';

/** Holds an answer to be a problem of RFC 9457 with this status, and gives its members back. */
export function expectProblem(
  answer: ApiAnswer,
  status: number,
): {
  readonly title: string;
  readonly detail: string;
  readonly type: string;
  readonly reason?: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
} {
  expect(answer.status, answer.text).to.equal(status);
  expect(answer.headers.get('content-type')).to.equal('application/problem+json; charset=utf-8');
  expect(answer.headers.get('cache-control')).to.equal('no-store');
  expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
  expect(answer.headers.get('x-request-id')).to.be.a('string').and.not.equal('');
  expect(answer.body['status']).to.equal(status);
  expect(answer.body['title']).to.be.a('string').and.not.equal('');
  expect(answer.body['type']).to.match(/^urn:tocsin:problem:[a-z][a-z0-9-]*$/);
  return answer.body as unknown as ReturnType<typeof expectProblem>;
}
