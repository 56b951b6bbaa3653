import type { Incident, Undelivered } from '../incident/incident.js';
import { announcementKinds, type NotificationKind } from '../incident/notification.js';
import type { SlaClockName } from '../incident/sla.js';
import { settle } from './notify.js';
import type { ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

/** True of what tells somebody of an incident, false of how it goes on. */
export function announces(kind: NotificationKind): boolean {
  return (announcementKinds as readonly NotificationKind[]).includes(kind);
}

/** It is over: nobody has to hear any more that it began. */
export function withdrawAnnouncements(state: ShardState, incident: Incident, reason: string): Incident {
  return withdraw(state, incident, { reason, which: ({ kind }) => announces(kind) });
}

/** Somebody has it in hand: steps and their repeats that call for somebody, and warnings that nobody has, need not be sent. */
export function withdrawCalls(state: ShardState, incident: Incident, reason: string): Incident {
  return withdraw(state, incident, {
    reason,
    which: ({ kind, clock }) => kind === 'escalation' || kind === 'repeat' || clock === 'acknowledge',
  });
}

/** What a clock waits for was done: warnings about it need not be sent. */
export function withdrawWarnings(
  state: ShardState,
  incident: Incident,
  { clock: about, reason }: { readonly clock: SlaClockName; readonly reason: string },
): Incident {
  return withdraw(state, incident, { reason, which: ({ clock }) => clock === about });
}

/** Takes notifications not yet sent out of the outbox; one on its way may arrive all the same. */
function withdraw(
  state: ShardState,
  incident: Incident,
  { which, reason }: { readonly which: (waiting: Undelivered) => boolean; readonly reason: string },
): Incident {
  const withdrawn = incident.undelivered.filter((waiting) => !waiting.withdrawn && which(waiting));
  if (withdrawn.length === 0) return incident;
  for (const { id, channel, team } of withdrawn) {
    settle(state, id);
    addEvent(state, {
      incident: incident.id,
      type: 'notification-withdrawn',
      reason,
      detail: { notification: id, channel, team },
    });
  }
  return {
    ...incident,
    undelivered: incident.undelivered.map((waiting) =>
      withdrawn.includes(waiting) ? { ...waiting, withdrawn: true } : waiting,
    ),
  };
}
