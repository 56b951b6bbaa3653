import { createDeliverer } from '../../src/app/deliver-notifications.js';
import type { DeliveryResult, Notify } from '../../src/app/ports.js';
import type { RetryPolicy } from '../../src/app/retry-schedule.js';
import type { TelemetryEvent } from '../../src/app/telemetry-events.js';
import type { Entry } from '../../src/domain/alert/entry.js';
import { createFakeOutbox } from './fake-outbox.js';
import { sampleNotification } from './sample-notification.js';
import { createVirtualClock } from './virtual-clock.js';

export const start = Date.UTC(2026, 0, 5, 9);
export const minute = 60_000;
export const hour = 60 * minute;
export const sent = { kind: 'sent' } as const satisfies DeliveryResult;
export const busy = { kind: 'retry', error: 'HTTP 503' } as const satisfies DeliveryResult;

/** A deliverer in a small world: `notifiers` may be changed by a test at any time. */
export function createDeliveryWorld(
  given: { notifiers?: Record<string, Notify>; policy?: Partial<RetryPolicy> } = {},
) {
  const clock = createVirtualClock(start);
  const outbox = createFakeOutbox();
  const entries: Entry[] = [];
  const events: TelemetryEvent[] = [];
  const attempts: { id: string; at: number; number: number }[] = [];
  const notifiers = new Map(Object.entries(given.notifiers ?? { 'desk-chat': () => Promise.resolve(sent) }));
  const world = { clock, outbox, entries, events, attempts, notifiers, logFailure: null as Error | null };
  const deliverer = createDeliverer({
    outbox,
    clock,
    append(entry) {
      if (world.logFailure !== null) return Promise.reject(world.logFailure);
      entries.push(entry);
      return Promise.resolve();
    },
    notifierFor(id) {
      const notify = notifiers.get(id);
      if (notify === undefined) return null;
      return (notification, attempt) => {
        attempts.push({ id: notification.id, at: clock.now(), number: attempt.number });
        return notify(notification, attempt);
      };
    },
    random: () => 0.5,
    emit: (event) => events.push(event),
    ...(given.policy === undefined ? {} : { policy: given.policy }),
  });
  return Object.assign(world, { deliverer });
}

export const named = (id: string, notifier = 'desk-chat') =>
  sampleNotification({ id, notifier, createdAt: start });
export const many = (count: number, notifier?: string) =>
  Array.from({ length: count }, (_, index) => named(`n-${index}`, notifier));
