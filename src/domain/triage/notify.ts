import type { RuleRef } from '../alert/rule-ref.js';
import type { Incident, Told, Undelivered } from '../incident/incident.js';
import type {
  NewsKind,
  Notification,
  NotificationKind,
  ReportNews,
  SlaWarning,
} from '../incident/notification.js';
import type { RuleSet } from '../rules/rule-set.js';
import { rulesOf, type ShardState } from './shard-state.js';
import { addEvent } from './timeline.js';
import { personOnCall } from './who-is-there.js';

/** Which notifier a channel means for a team: the team's own, else the channel's; null = shown, sent nowhere. */
export function notifierFor(rules: RuleSet, channel: string, team: string): string | null {
  const configured = rules.channels.get(channel);
  if (configured === undefined) return null;
  const ofTeam = configured.byTeam.get(team);
  return ofTeam === undefined ? configured.byDefault : ofTeam;
}

export interface News {
  readonly kind: NotificationKind;
  /** Makes the id unique within the incident: the run and step, or which end it tells. */
  readonly occasion: string;
  /** From 1; 0 for news that no step sends. */
  readonly step: number;
  readonly to: Told;
  readonly text?: string;
  readonly repeat?: number;
  readonly sla?: SlaWarning;
  readonly report?: ReportNews;
}

/** A notification with everything a notifier needs. The id holds the opening instant, so that it is unique for ever. */
export function composeNotification(state: ShardState, incident: Incident, news: News): Notification {
  const { channel, notifier, team } = news.to;
  const onCall = personOnCall(rulesOf(state), team, state.at);
  return {
    id: `${incident.id}/${incident.openedAt.toString(36)}/${news.occasion}/${channel}/${team}`,
    kind: news.kind,
    createdAt: state.at,
    channel,
    notifier,
    team,
    ...(onCall !== null && { onCall }),
    policy: incident.escalation.policy,
    step: news.step,
    ...(news.kind === 'merged' && incident.mergedInto !== null && { mergedInto: incident.mergedInto }),
    ...(news.text !== undefined && { text: news.text }),
    ...(news.repeat !== undefined && { repeat: news.repeat }),
    ...(news.sla !== undefined && { sla: news.sla }),
    ...(news.report !== undefined && { report: news.report }),
    incident: {
      id: incident.id,
      title: incident.title,
      state: incident.state,
      priority: incident.priority,
      tier: incident.tier,
      team: incident.team,
      category: incident.category,
      service: incident.service,
      openedAt: incident.openedAt,
      alertCount: incident.alertCount,
      runbook: state.alerts.get(incident.root)?.runbook ?? null,
    },
  };
}

/** Where the incident's policy stands in the rules in force; null where a reload took it out. */
export function policyOf(state: ShardState, incident: Incident): RuleRef | null {
  const policy = rulesOf(state).policies.get(incident.policy);
  return policy === undefined ? null : { id: policy.id, file: policy.file, line: policy.line };
}

/** The same for each channel on which the team that owns the incident hears of it. */
export function composeForOwner(
  state: ShardState,
  incident: Incident,
  news: Omit<News, 'to' | 'step'>,
): readonly Notification[] {
  return receivers(state, incident.escalation.channels, incident.team).map((to) =>
    composeNotification(state, incident, { ...news, step: 0, to }),
  );
}

/** Puts notifications into the outbox with the next cut. */
export function queueNotifications(
  state: ShardState,
  incident: Incident,
  queued: readonly Notification[],
): Incident {
  const fresh = queued.filter(({ id }) => !incident.undelivered.some((waiting) => waiting.id === id));
  if (fresh.length === 0) return incident;
  for (const notification of fresh) {
    state.pending.notifications.set(notification.id, notification);
    const { id, channel, notifier, team, onCall, step } = notification;
    addEvent(state, {
      incident: incident.id,
      type: 'notification-queued',
      reason: notification.kind,
      rule: policyOf(state, incident),
      detail: { notification: id, channel, notifier, team, ...(onCall !== undefined && { onCall }), step },
    });
  }
  const waiting = fresh.map(({ id, kind, channel, notifier, team, sla }): Undelivered => ({
    id,
    kind,
    ...(sla !== undefined && { clock: sla.clock }),
    channel,
    notifier,
    team,
    withdrawn: false,
  }));
  return { ...incident, undelivered: [...incident.undelivered, ...waiting] };
}

/** Tells those who heard of the incident how it goes on without a step: that it ended, or what people say of it. */
export function tellEverybody(
  state: ShardState,
  incident: Incident,
  news: { readonly kind: NewsKind; readonly text?: string | undefined },
): Incident {
  return queueNotifications(
    state,
    incident,
    incident.told.map((to) => newsOf(state, incident, { ...news, to })),
  );
}

/** Ends and returns are numbered by the returns so far, everything else by the event that it is about. */
export function newsOf(
  state: ShardState,
  incident: Incident,
  news: { readonly kind: NewsKind; readonly to: Told; readonly text?: string | undefined },
): Notification {
  const { kind, to, text } = news;
  const number = kind === 'resolved' || kind === 'reopened' ? incident.reopenCount : state.lastEvent;
  return composeNotification(state, incident, {
    ...{ kind, to, occasion: `${kind}${number}`, step: 0 },
    ...(text !== undefined && { text }),
  });
}

/** Those who were told, with others; nobody twice. */
export function addReceivers(told: readonly Told[], others: readonly Told[]): readonly Told[] {
  const fresh = others.filter(
    ({ channel, notifier, team }) =>
      !told.some((one) => one.channel === channel && one.notifier === notifier && one.team === team),
  );
  return fresh.length === 0 ? told : [...told, ...fresh];
}

/** Takes a row out of the outbox, or keeps it from getting there. */
export function settle(state: ShardState, notification: string): void {
  if (!state.pending.notifications.delete(notification)) state.pending.settled.push(notification);
}

/** Notifiers of a step's channels for a team; a channel that reaches nobody is noted. */
export function receivers(state: ShardState, channels: readonly string[], team: string): readonly Told[] {
  const rules = rulesOf(state);
  return channels.flatMap((channel) => {
    const notifier = notifierFor(rules, channel, team);
    return notifier === null ? [] : [{ channel, notifier, team }];
  });
}
