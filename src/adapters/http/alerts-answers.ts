import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Taken } from '../../app/intake.js';
import { alertmanagerError, type AlertmanagerError, rejectedAlertsError } from './alertmanager-errors.js';
import { type AlertsRefusal, describeRefusal } from './alerts-refusal.js';
import { sendProblem } from './problem.js';

/** An answer names no more errors than this: a list of all could be much larger than the body. */
const mostErrors = 100;

/** How one API words its answers to senders of alerts. Both end the response and return its status. */
export interface AlertsAnswers {
  /** Methods that are answered with what is allowed, beside POST. */
  readonly also: readonly string[];
  taken(req: IncomingMessage, res: ServerResponse, taken: Taken): number;
  refused(req: IncomingMessage, res: ServerResponse, refusal: AlertsRefusal): number;
}

/** Alertmanager's: 200 without a body, errors as go-openapi writes them, open to every origin. */
export const alertmanagerAnswers: AlertsAnswers = {
  also: [],
  taken: (req, res, taken) => {
    if (taken.rejected.length > 0)
      return sendAlertmanagerError(req, res, rejectedAlertsError(taken.rejected));
    res.writeHead(200, alertmanagerHeaders(req));
    res.end();
    return 200;
  },
  refused: (req, res, refusal) => {
    if (refusal.kind === 'method' && isPreflight(req)) return allowPreflight(res, refusal.allow);
    return sendAlertmanagerError(req, res, alertmanagerError(refusal));
  },
};

/** Tocsin's own: 202 with what was taken, errors as RFC 9457 problems. */
export const ownAnswers: AlertsAnswers = {
  also: ['OPTIONS'],
  taken: (_req, res, taken) => {
    const { accepted, ignored, fingerprints, rejected } = taken;
    if (rejected.length > 0) return refuseSome(res, taken);
    const body = JSON.stringify({ accepted, ignored, fingerprints });
    res.writeHead(202, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    });
    res.end(body);
    return 202;
  },
  refused: (req, res, refusal) => {
    if (refusal.kind === 'method' && req.method === 'OPTIONS') {
      res.writeHead(204, { Allow: refusal.allow.join(', '), 'Cache-Control': 'no-store' });
      res.end();
      return 204;
    }
    const problem = describeRefusal(refusal);
    sendProblem(res, problem);
    return problem.status;
  },
};

/** The alerts that are right are stored all the same: most senders don't send a refused batch again. */
function refuseSome(res: ServerResponse, taken: Taken): number {
  const { accepted, ignored, fingerprints, rejected } = taken;
  sendProblem(res, {
    status: 400,
    kind: 'invalid-alert',
    title: 'Some alerts are not valid',
    detail: `${accepted} accepted and stored, ${rejected.length} refused. Correct those that errors names and send them again.`,
    errors: rejected.slice(0, mostErrors),
    extensions: { accepted, ignored, fingerprints },
  });
  return 400;
}

const plainHeaders = { 'Cache-Control': 'no-store', Vary: 'Origin', 'Content-Length': '0' };
const crossOriginHeaders = { ...plainHeaders, 'Access-Control-Allow-Origin': '*' };

function alertmanagerHeaders(req: IncomingMessage): typeof plainHeaders {
  return req.headers.origin === undefined ? plainHeaders : crossOriginHeaders;
}

/** Ends the response with the error and returns its status. */
export function sendAlertmanagerError(
  req: IncomingMessage,
  res: ServerResponse,
  error: AlertmanagerError,
): number {
  res.writeHead(error.status, {
    ...alertmanagerHeaders(req),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(error.body),
    ...error.headers,
  });
  res.end(error.body);
  return error.status;
}

function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined;
}

function allowPreflight(res: ServerResponse, allow: readonly string[]): number {
  res.writeHead(200, {
    ...crossOriginHeaders,
    'Access-Control-Allow-Methods': allow.join(', '),
    'Access-Control-Allow-Headers': 'Accept, Content-Type, X-Requested-With',
  });
  res.end();
  return 200;
}
