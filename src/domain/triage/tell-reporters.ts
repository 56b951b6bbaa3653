import { receiptOf, reportOf } from '../alert/person-report.js';
import type { Incident } from '../incident/incident.js';
import type { ReporterKind } from '../incident/notification.js';
import { composeNotification, notifierFor, queueNotifications } from './notify.js';
import { rulesOf, type ShardState } from './shard-state.js';

/** The channel of the bundle that reaches people who reported something. */
export const reporterChannel = 'reporter';

/**
 * Those who reported the trouble hear that it is over, or back, each with the contact that they gave. Where the bundle names
 * no notifier for them, their receipt is all that tells.
 */
export function tellReporters(state: ShardState, incident: Incident, kind: ReporterKind): Incident {
  const notifier = notifierFor(rulesOf(state), reporterChannel, incident.team);
  if (notifier === null) return incident;
  const to = { channel: reporterChannel, notifier, team: incident.team };
  const members = [...(state.members.get(incident.id) ?? [])].sort();
  const news = members.flatMap((fingerprint) => {
    const alert = state.alerts.get(fingerprint);
    const report = alert === undefined ? null : reportOf(alert);
    if (report === null) return [];
    const { summary, contact } = report;
    return composeNotification(state, incident, {
      kind,
      occasion: `${kind}${incident.reopenCount}-${fingerprint}`,
      ...{ step: 0, to, report: { receipt: receiptOf(fingerprint), summary, contact } },
    });
  });
  return queueNotifications(state, incident, news);
}
