import type { IncomingAlert, JsonObject, Severity } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import { personSource, type PersonReport, type ReportedImpact } from '../alert/person-report.js';

/** What one person sees is never critical by itself: rules and the desk know how many are hit. */
const severities: Readonly<Record<ReportedImpact, Severity>> = {
  blocked: 'error',
  degraded: 'warning',
  minor: 'info',
};

/** `alertname` of every report, for matchers. */
export const reportName = 'PersonReport';

/** A person's report as an alert. `nonce` is unique for each report, so that two of the same words are two. */
export function mapReport(report: PersonReport, nonce: string): IncomingAlert {
  const { summary, description, service, affected, impact } = report;
  const labels = {
    alertname: reportName,
    report: nonce,
    ...(service !== undefined && { service }),
    ...(impact !== undefined && { impact }),
  };
  return {
    source: personSource,
    fingerprint: fingerprint(labels),
    severity: severities[impact ?? 'degraded'],
    title: summary,
    labels,
    annotations: {
      summary,
      ...(description !== undefined && { description }),
      ...(affected !== undefined && {
        affected: typeof affected === 'string' ? affected : affected.join(', '),
      }),
    },
    ...(service !== undefined && { service }),
    raw: report as unknown as JsonObject,
  };
}
