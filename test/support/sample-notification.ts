import type { Notification } from '../../src/domain/incident/notification.js';

/** A plausible notification; give what the test is about. */
export function sampleNotification(given: Partial<Notification> = {}): Notification {
  return {
    id: 'INC-42:1:1:chat',
    kind: 'escalation',
    createdAt: Date.UTC(2026, 0, 5, 9),
    channel: 'chat',
    notifier: 'desk-chat',
    team: 'payments',
    policy: 'standard',
    step: 1,
    incident: {
      id: 'INC-42',
      title: 'Payments fail for one customer in five',
      state: 'new',
      priority: 'P1',
      tier: 'L1',
      team: 'payments',
      category: 'application',
      service: 'payment-api',
      openedAt: Date.UTC(2026, 0, 5, 8, 59, 30, 250),
      alertCount: 3,
      runbook: 'https://wiki.example/runbooks/payments',
    },
    ...given,
  };
}
