import type { Clock } from '../../app/ports.js';
import type { RulesDesk } from '../../app/reload-rules.js';
import { readQuestion, type AskedReport } from '../../app/report-question.js';
import type { SummarizeIncidents } from '../../app/summarize-incidents.js';
import { asked, type QueryReader } from './parse-query.js';
import { presentSummary } from './present-summary.js';
import { json, problem, type Answer, type Route } from './route.js';

interface SummaryDeps {
  readonly summarize: SummarizeIncidents;
  readonly rules: Pick<RulesDesk, 'current'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Making it looks at every incident of the period; who looks again at once sees the same. */
const headers = { 'Cache-Control': 'private, max-age=30' };

/** `GET /api/v1/reports/summary`: how long things took, what was kept, how much was noise, what comes back. */
export function summaryRoutes(deps: SummaryDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/reports/summary',
      query: ['since', 'until', 'by', 'timezone', 'top'],
      body: 'none',
      handle: (call) => summarize(deps, call.query),
    },
  ];
}

async function summarize({ summarize, rules, clock }: SummaryDeps, query: QueryReader): Promise<Answer> {
  const report: AskedReport = asked({
    since: query.one('since'),
    until: query.one('until'),
    by: query.list('by'),
    timezone: query.one('timezone'),
    top: query.one('top'),
  });
  const unread = query.problem();
  if (unread !== null) return problem(unread);
  const { timezone } = rules.current().defaults;
  const read = readQuestion(report, { now: clock.now(), timezone });
  if (read.ok) return json(presentSummary(await summarize(read.question)), { headers });
  for (const { name, message } of read.problems) query.refuse(name, message);
  return problem(query.problem() ?? { status: 400, kind: 'invalid', title: 'The query is not valid' });
}
