import { createHash } from 'node:crypto';
import type { CheckBody, Views } from '../../app/ports.js';
import type { SubmitCommand } from '../../app/submit-command.js';
import { parseReceipt, receiptOf, reportOf, type PersonReport } from '../../domain/alert/person-report.js';
import { mapReport } from '../../domain/sources/person.js';
import { answerCommand, whoAsks } from './answer-command.js';
import { checkBody } from './check-body.js';
import { presentPersonReport } from './present-person-report.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';

interface ReportDeps {
  readonly views: Views;
  readonly submit: SubmitCommand;
  readonly check: CheckBody;
  readonly newId: () => string;
}

const path = '/api/v1/reports';

/** `POST /api/v1/reports`, where people say what is broken, and `GET` of a receipt, where they see what became of it. */
export function personReportsRoutes(deps: ReportDeps): readonly Route[] {
  return [
    {
      ...{ method: 'POST', path, query: [], body: 'required', idempotent: true },
      handle: (call) => report(deps, call),
    },
    {
      ...{ method: 'GET', path: `${path}/{receipt}`, query: [], body: 'none' },
      handle: (call) => show(deps.views, call.params['receipt'] ?? ''),
    },
  ];
}

async function report(deps: ReportDeps, call: Call): Promise<Answer> {
  const checked = checkBody(deps.check, 'report', { body: call.body });
  if (!checked.ok) return problem(checked.problem);
  // The schema says that the fields are those of the type.
  const body = checked.fields as unknown as PersonReport;
  const alert = mapReport(body, nonceOf(call) ?? deps.newId());
  const by = whoAsks(call, body.contact.name);
  const command = { name: 'report', alert } as const;
  const promised = receiptBody(alert.fingerprint);
  return answerCommand(deps.submit, { call, by, command, promised }, (receipt) => {
    const given = receiptBody(parseReceipt(receipt) ?? alert.fingerprint);
    return Promise.resolve(json(given, { status: 201, headers: { Location: given.status } }));
  });
}

/** A retry under one key has the same receipt, even where the first answer was lost before anybody had decided. */
function nonceOf({ idempotency }: Call): string | null {
  if (idempotency === null) return null;
  return createHash('sha256')
    .update(`${idempotency.key}\n${idempotency.bodyHash}`)
    .digest('hex')
    .slice(0, 32);
}

function receiptBody(fingerprint: string) {
  const receipt = receiptOf(fingerprint);
  return { receipt, fingerprint, status: `${path}/${receipt}` };
}

async function show(views: Views, receipt: string): Promise<Answer> {
  const fingerprint = parseReceipt(receipt);
  const alert = fingerprint === null ? null : await views.alert(fingerprint);
  if (alert === null || reportOf(alert) === null) return unknownReceipt(receipt);
  const incident = alert.incident === null ? null : await views.incident(alert.incident);
  return json(presentPersonReport(alert, incident));
}

function unknownReceipt(receipt: string): Answer {
  const detail = `There is no report ${receipt}. It is readable a moment after it was accepted, and as long as closed incidents are kept.`;
  return problem({ status: 404, kind: 'unknown-report', title: 'No such report', detail });
}
