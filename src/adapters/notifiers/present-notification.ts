import type { Notification, SlaWarning } from '../../domain/incident/notification.js';

/** The body that receivers get, as schemas/notification.schema.json says. The same for every attempt. */
export function presentNotification(notification: Notification): object {
  const { incident } = notification;
  return {
    version: 1,
    id: notification.id,
    kind: notification.kind,
    createdAt: rfc3339(notification.createdAt),
    channel: notification.channel,
    notifier: notification.notifier,
    team: notification.team,
    ...(notification.onCall !== undefined && { onCall: notification.onCall }),
    policy: notification.policy,
    step: notification.step,
    ...(notification.mergedInto !== undefined && { mergedInto: notification.mergedInto }),
    ...(notification.text !== undefined && { text: notification.text }),
    ...(notification.report !== undefined && { report: notification.report }),
    ...(notification.repeat !== undefined && { repeat: notification.repeat }),
    ...(notification.sla !== undefined && { sla: presentWarning(notification.sla) }),
    incident: {
      id: incident.id,
      title: incident.title,
      state: incident.state,
      priority: incident.priority,
      tier: incident.tier,
      ...(incident.team !== undefined && { team: incident.team }),
      category: incident.category,
      service: incident.service,
      openedAt: rfc3339(incident.openedAt),
      alertCount: incident.alertCount,
      runbook: incident.runbook,
    },
  };
}

function presentWarning(sla: SlaWarning): object {
  const { clock, share, targetMs, dueAt } = sla;
  return { clock, share, targetMs, dueAt: rfc3339(dueAt) };
}

function rfc3339(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
