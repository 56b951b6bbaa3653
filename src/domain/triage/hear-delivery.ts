import type { Entry } from '../alert/entry.js';
import type { Incident, Told, Undelivered } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { endOfMerges } from './end-of-merges.js';
import { addReceivers, newsOf, queueNotifications, settle } from './notify.js';
import { announces } from './withdraw.js';
import { putIncident, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';

type Delivered = Extract<Entry, { kind: 'delivered' }>;

/** What became of a notification: out of the outbox, into the timeline, and whoever was reached will hear of the end. */
export function hearDelivery(state: ShardState, entry: Delivered): void {
  settle(state, entry.notification);
  const incident = state.incidents.get(entry.notification.split('/', 1)[0] ?? '');
  const waiting = incident?.undelivered.find(({ id }) => id === entry.notification);
  if (incident === undefined || waiting === undefined) return;
  state.totals.inc('notifications', [waiting.notifier, entry.outcome]);
  addEvent(state, {
    incident: incident.id,
    type: entry.outcome === 'sent' ? 'notification-sent' : 'notification-failed',
    reason: waiting.kind,
    detail: {
      notification: waiting.id,
      channel: waiting.channel,
      notifier: waiting.notifier,
      team: waiting.team,
      attempts: entry.attempts,
      ...(entry.detail !== undefined && { error: entry.detail }),
    },
  });
  if (isFirstWord(incident, waiting, entry))
    state.totals.observe('alert_to_notification', [incident.priority], state.at - incident.openedAt);
  const heard = { ...incident, undelivered: incident.undelivered.filter(({ id }) => id !== waiting.id) };
  putIncident(
    state,
    entry.outcome === 'sent' ? reached(state, addLink(state, heard, entry), waiting) : heard,
  );
}

/** The first time that anybody was told of the incident; after a reopen the time since its opening says nothing. */
function isFirstWord(incident: Incident, waiting: Undelivered, { outcome }: Delivered): boolean {
  const first = incident.told.length === 0 && incident.reopenCount === 0;
  return outcome === 'sent' && waiting.kind === 'escalation' && first;
}

/** Somebody who hears of an incident only after its end is told of the end at once. */
function reached(state: ShardState, incident: Incident, waiting: Undelivered): Incident {
  if (!announces(waiting.kind)) return incident;
  const { channel, notifier, team } = waiting;
  const to: Told = { channel, notifier, team };
  const told = { ...incident, told: addReceivers(incident.told, [to]) };
  if (told.told.length === incident.told.length) return incident;
  if (isOpen(told)) return told;
  if (told.mergedInto === null)
    return queueNotifications(state, told, [newsOf(state, told, { kind: 'resolved', to })]);
  const goesOn = endOfMerges(state, told);
  putIncident(state, { ...goesOn, told: addReceivers(goesOn.told, [to]) });
  return queueNotifications(state, told, [newsOf(state, told, { kind: 'merged', to })]);
}

function addLink(state: ShardState, incident: Incident, { reference }: Delivered): Incident {
  if (reference === undefined || incident.links.some(({ url }) => url === reference.url)) return incident;
  addEvent(state, { incident: incident.id, type: 'linked', reason: 'receiver', detail: { ...reference } });
  return { ...incident, links: [...incident.links, reference] };
}
