import type { Alert } from '../../alert/alert.js';
import type { Incident } from '../../incident/incident.js';
import { restoreClocks } from '../../incident/sla.js';
import { endOfMerges } from '../end-of-merges.js';
import { followMembers } from '../follow-members.js';
import { openIncident } from '../open-incident.js';
import type { Verdict } from '../outcome.js';
import { putIncident, rulesOf, slaNow, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';
import { membersOf, moveMembers, servicesOf } from './move-members.js';

/**
 * Alerts leave for an incident of their own. Exactly those that a merge brought go on in the absorbed incident, as it was;
 * any others in a new one that is routed and told like any new incident. Neither a repeat nor the window they came by
 * brings them back.
 */
export function split(state: ShardState, { incident, command, by }: Asked<'split'>): Verdict {
  const members = membersOf(state, incident.id);
  const wanted = new Set(command.alerts);
  const leaving = members.filter(({ fingerprint }) => wanted.has(fingerprint));
  const staying = members.filter(({ attached, fingerprint }) => !attached && !wanted.has(fingerprint));
  const absorbed = broughtBy(state, { incident, members, leaving });
  const refused =
    cannotSplit(incident, { wanted, leaving, staying: staying.length }) ??
    nothingFires(leaving, absorbed !== null);
  if (refused !== null) return refused;
  // Where a person puts it is its own place, unless it only goes back with what it was with before.
  if (absorbed === null || !leaving.some(isOwnAndFires)) for (const alert of leaving) alert.attached = false;
  state.totals.inc('incidents_split', [incident.priority, incident.tier]);
  const from = { id: incident.id, by };
  const to = absorbed === null ? openAnew(state, leaving, from) : restore(state, { absorbed, leaving, from });
  const alerts = leaving.map(({ fingerprint }) => fingerprint);
  const detail = { incident: to, alerts, ...noteOf(command) };
  addEvent(state, { incident: incident.id, type: 'split-off', by, detail });
  letGo(state, { id: incident.id, alerts });
  followMembers(state, to);
  followMembers(state, incident.id);
  return null;
}

function cannotSplit(
  incident: Incident,
  found: {
    readonly wanted: ReadonlySet<string>;
    readonly leaving: readonly Alert[];
    readonly staying: number;
  },
): Verdict {
  const { wanted, leaving, staying } = found;
  const missing = [...wanted].filter((id) => leaving.every(({ fingerprint }) => fingerprint !== id));
  if (missing.length > 0)
    return { reason: 'not-a-member', detail: `${missing.join(', ')} is no alert of ${incident.id}` };
  if (staying === 0)
    return { reason: 'nothing-left', detail: `these are all alerts of ${incident.id}; one has to stay` };
  return null;
}

/** An incident without anything that fires would end at once; a new one is opened only for an alert that people may hear of. */
function nothingFires(leaving: readonly Alert[], known: boolean): Verdict {
  const firing = leaving.filter(({ status }) => status === 'firing');
  if (known ? firing.length > 0 : firing.some(counts)) return null;
  const detail = known
    ? 'one of the alerts has to fire'
    : 'one of the alerts has to fire and not be suppressed';
  return { reason: 'nothing-fires', detail };
}

function isOwnAndFires({ attached, status }: Alert): boolean {
  return !attached && status === 'firing';
}

function counts({ status, suppressedBy }: Alert): boolean {
  return status === 'firing' && suppressedBy.length === 0;
}

/** The absorbed incident that brought exactly these of the members: of several the one absorbed last by the nearest. */
function broughtBy(
  state: ShardState,
  {
    incident,
    members,
    leaving,
  }: { incident: Incident; members: readonly Alert[]; leaving: readonly Alert[] },
): Incident | null {
  const present = new Set(members.map(({ fingerprint }) => fingerprint));
  const wanted = new Set(leaving.map(({ fingerprint }) => fingerprint));
  const candidates = [...state.incidents.values()].filter((other) => {
    if (other.mergedInto === null || endOfMerges(state, other).id !== incident.id) return false;
    const brought = other.brought.filter((fingerprint) => present.has(fingerprint));
    return brought.length === wanted.size && brought.every((fingerprint) => wanted.has(fingerprint));
  });
  const direct = candidates.filter(({ mergedInto }) => mergedInto === incident.id);
  const [first] = (direct.length > 0 ? direct : candidates).sort((a, b) => b.number - a.number);
  return first ?? null;
}

interface From {
  readonly id: string;
  readonly by: string;
}

function openAnew(state: ShardState, leaving: readonly Alert[], { by }: From): string {
  const counting = leaving.filter(counts).sort((a, b) => a.receivedAt - b.receivedAt);
  const root = counting[0] as Alert;
  const cause = { group: null, rule: null, signal: 'changed', reason: 'split' } as const;
  const id = openIncident(state, root, { ...cause, by, counting });
  moveMembers(state, leaving, id);
  const opened = state.incidents.get(id) as Incident;
  putIncident(state, {
    ...opened,
    firstAlertAt: Math.min(...leaving.map(({ receivedAt }) => receivedAt)),
    alertCount: leaving.length,
    occurrenceCount: leaving.length,
    services: servicesOf(opened, membersOf(state, id)),
  });
  return id;
}

/** The absorbed incident goes on under its own id: its opening and acknowledgement stand, its clocks go on. */
function restore(
  state: ShardState,
  {
    absorbed,
    leaving,
    from,
  }: { readonly absorbed: Incident; readonly leaving: readonly Alert[]; from: From },
): string {
  const { id } = absorbed;
  const targets = rulesOf(state).sla.get(absorbed.priority) ?? {};
  const alerts = leaving.map(({ fingerprint }) => fingerprint);
  addEvent(state, { incident: id, type: 'restored', by: from.by, detail: { from: from.id, alerts } });
  moveMembers(state, leaving, id);
  putIncident(state, {
    ...absorbed,
    state: absorbed.acknowledgedAt === null ? 'new' : 'acknowledged',
    ...{ resolvedAt: null, resolvedReason: null, closedAt: null, forgetAt: null },
    ...{ mergedInto: null, brought: [] },
    alertCount: Math.max(absorbed.alertCount, leaving.length),
    services: servicesOf(absorbed, leaving),
    sla: restoreClocks(absorbed.sla, targets, slaNow(state)),
  });
  return id;
}

/** What stays behind: counts, services and a first alert of its own, and a window that does not take back who left. */
function letGo(
  state: ShardState,
  { id, alerts }: { readonly id: string; readonly alerts: readonly string[] },
): void {
  const incident = state.incidents.get(id) as Incident;
  const members = membersOf(state, id);
  const own = members.filter(({ attached }) => !attached);
  const [oldest] = own.sort((a, b) => a.receivedAt - b.receivedAt) as [Alert];
  const rootLeft = alerts.includes(incident.root);
  const services = servicesOf(incident, members);
  const serviceLeft = incident.service !== null && !services.includes(incident.service);
  const keepsService = incident.pinned.includes('service') || !serviceLeft;
  const alertCount = Math.max(members.length, incident.alertCount - alerts.length);
  putIncident(state, {
    ...incident,
    services,
    service: keepsService ? incident.service : oldest.service,
    root: rootLeft ? oldest.fingerprint : incident.root,
    alertCount,
    occurrenceCount: Math.max(alertCount, incident.occurrenceCount - alerts.length),
    splitOff: [...incident.splitOff, ...alerts],
  });
}
