import type { Alert } from '../alert/alert.js';
import { layOutAlert } from '../alert/lay-out-alert.js';
import { createShareTexts } from '../alert/share-texts.js';
import type { Spread } from '../alert/shard-of-alert.js';
import type { Entry } from '../alert/entry.js';
import { completeIncident } from '../incident/complete-incident.js';
import { layOutIncident } from '../incident/lay-out-incident.js';
import type { GroupWindow, Incident } from '../incident/incident.js';
import { isOpen } from '../incident/lifecycle.js';
import { nextBreach, nextWarning, type SlaNow } from '../incident/sla.js';
import type { RuleSet } from '../rules/rule-set.js';
import { prolong, type SignOfLife } from './group-window.js';
import type { ActiveSilence } from './apply-silences.js';
import { compileSilence } from './apply-silences.js';
import { SilenceIndex } from './silence-index.js';
import type { ShardImage } from './changes.js';
import { countMetClocks } from './count-met-clocks.js';
import {
  createInhibitionIndex,
  takeUnsettled,
  unsettleTarget,
  unsettleTargetsOf,
  type InhibitionIndex,
} from './inhibition-index.js';
import { createOpenIncidents, type OpenIncidents } from './open-incidents.js';
import { createPendingChanges, type PendingChanges } from './pending-changes.js';
import type { Notification } from '../incident/notification.js';
import type { Outcome } from './outcome.js';
import { createRunningCensus, type RunningCensus } from './running-census.js';
import { madeSpread } from './made-spread.js';
import { noRelays, type RelayState } from './relay.js';
import { placeOf, type BrokenNote, type Warming } from './rule-troubles.js';
import { createSeenMessages, type SeenMessagesMap } from './seen-messages.js';
import { beginTally, type RunningTally } from './tally-alerts.js';
import { createDescriber, type Describer } from './describer.js';
import { createSideFinder, type SideFinder } from './side-finder.js';
import { createTimers, type TimerOwner, type Timers } from './timers.js';
import { createTotals, type TotalsAccumulator } from './totals.js';

/**
 * All that a shard knows, in memory: the open state. Only the engine and its stages write it, one entry at a time.
 * What the maps below derive from documents (members, groups, inhibition, timers) is rebuilt on load and never stored.
 */
export interface ShardState {
  readonly shard: number;
  /** How many the log has. */
  readonly shards: number;
  /** The instant being judged: the entry's time, or the due time of the timer that fires. */
  at: number;
  /** Of the newest record applied. */
  position: number;
  lastEvent: number;
  rules: RuleSet | null;
  rulesHash: string | null;
  readonly rulesHistory: string[];
  lastIncident: number;
  readonly alerts: Map<string, Alert>;
  readonly incidents: Map<string, Incident>;
  readonly silences: Map<string, ActiveSilence>;
  /** Those of them that are active. */
  readonly activeSilences: SilenceIndex;
  readonly outcomes: Map<string, Outcome>;
  /** Idempotency key → command id. */
  readonly keys: Map<string, string>;
  /** Incident id → fingerprints of its members. */
  readonly members: Map<string, Set<string>>;
  /** Group key → the newest incident that gathers it. */
  readonly groups: Map<string, string>;
  inhibition: InhibitionIndex;
  /** Whether what suppresses looks at words that a repeat may change. */
  wordsMatter: boolean;
  /** Ids of the inhibitions that attach what they hold back. */
  attaching: ReadonlySet<string>;
  readonly ruleLastHits: Map<string, number>;
  readonly timers: Timers;
  /** What rules make of alerts like those before; changes no outcome. */
  readonly describer: Describer;
  /** Of inhibitions; changes no outcome. */
  readonly sideFinder: SideFinder;
  readonly totals: TotalsAccumulator;
  tally: RunningTally;
  /** Of external topics. */
  readonly seenMessages: SeenMessagesMap;
  relay: RelayState;
  /** On shard 0 of several, once it has rules. */
  spread: Spread | null;
  /** Number of the newest incident that a reshard has moved; 0: none. */
  readonly movedUpTo: number;
  /** Of `alerts` and `incidents`: whoever changes them, changes it. */
  readonly census: RunningCensus;
  /** Of `incidents`. */
  readonly openIncidents: OpenIncidents;
  /** Since the last cut. */
  pending: PendingChanges;
  /** After downtime: of several overdue steps of one escalation only the latest notifies. */
  catchUp: CatchUp | null;
  readonly faults: Fault[];
  /** By id and place, rules of the set in force that have broken, and were told of; null: nothing is told, for nothing really happens. */
  brokenRules: Map<string, BrokenNote> | null;
  warming: readonly Warming[];
}

/** An alert, another entry or a timer that could not be applied, or a rule that had to be skipped: a defect of ours, never of the sender. */
export interface Fault {
  readonly position: number;
  readonly kind: Entry['kind'] | 'timer' | 'rule';
  /** In words; absent where the kind says it. */
  readonly what?: string;
  readonly error: unknown;
}

/** What trips over a defect must not stop what comes after it, now or in any replay. */
export function safely(state: ShardState, kind: Fault['kind'], run: () => void): void {
  try {
    run();
  } catch (error) {
    state.faults.push({ position: state.position, kind, error });
    // What nobody followed up must not depend on whether the owner of the shard remembers it.
    state.openIncidents.takeNew();
    takeUnsettled(state.inhibition);
  }
}

export interface CatchUp {
  /** Steps due after this instant are overdue ones. */
  readonly since: number;
  /** What the latest overdue step of each incident would send, and the latest overdue warning about each of its clocks. */
  readonly latest: Map<
    string,
    { readonly incident: string; readonly notifications: readonly Notification[] }
  >;
}

export function createShardState(
  { shard, shards }: { readonly shard: number; readonly shards: number },
  image: ShardImage,
): ShardState {
  const totals = createTotals(image.shard?.totals);
  const state: ShardState = {
    ...{ shard, shards },
    at: image.shard?.at ?? 0,
    position: image.position,
    lastEvent: image.shard?.lastEvent ?? 0,
    rules: null,
    rulesHash: image.shard?.rules ?? null,
    rulesHistory: [...(image.shard?.rulesHistory ?? [])],
    lastIncident: image.shard?.lastIncident ?? 0,
    alerts: new Map(),
    incidents: new Map(),
    silences: new Map(),
    activeSilences: new SilenceIndex(),
    outcomes: new Map(),
    keys: new Map(),
    members: new Map(),
    groups: new Map(),
    inhibition: createInhibitionIndex(),
    wordsMatter: false,
    attaching: new Set(),
    ruleLastHits: new Map(Object.entries(image.shard?.ruleLastHits ?? {})),
    timers: createTimers(),
    describer: createDescriber(),
    sideFinder: createSideFinder(),
    totals,
    tally: image.shard?.tally ?? beginTally(image.shard?.at ?? 0, totals.snapshot()),
    seenMessages: createSeenMessages(image.shard?.origins),
    relay: image.shard?.relay ?? noRelays,
    spread: shard === 0 && shards > 1 ? madeSpread(image.shard, shards) : null,
    movedUpTo: image.shard?.movedUpTo ?? 0,
    census: createRunningCensus(),
    openIncidents: createOpenIncidents(),
    pending: createPendingChanges(),
    catchUp: null,
    faults: [],
    brokenRules: new Map((image.shard?.brokenRules ?? []).map((note) => [placeOf(note.rule), note])),
    warming: image.shard?.warming ?? [],
  };
  loadImage(state, image);
  return state;
}

function loadImage(state: ShardState, image: ShardImage): void {
  for (const silence of image.silences) {
    const compiled = compileSilence(silence);
    state.silences.set(silence.id, compiled);
    state.activeSilences.put(compiled);
    armAt(state, { owner: 'silence', key: silence.id }, silenceDueAt(silence));
  }
  const byNumber = [...image.incidents].sort((a, b) => a.number - b.number);
  for (const incident of byNumber) index(state, layOutIncident(completeIncident(incident)));
  state.openIncidents.takeNew();
  const shareTexts = createShareTexts();
  for (const stored of image.alerts) {
    shareTexts(stored);
    const alert = layOutAlert(stored);
    state.alerts.set(alert.fingerprint, alert);
    state.census.alert(null, alert.status);
    armAt(state, { owner: 'alert', key: alert.fingerprint }, alertDueAt(alert));
    if (alert.incident !== null) state.members.get(alert.incident)?.add(alert.fingerprint);
  }
  for (const outcome of image.outcomes) indexOutcome(state, outcome);
}

/** Identity of a correlation window: rule, its shape and the key's values. */
export function groupKeyOf(window: GroupWindow): string {
  return JSON.stringify([window.rule, window.stateHash, window.sole, ...window.key]);
}

function index(state: ShardState, incident: Incident): void {
  state.incidents.set(incident.id, incident);
  state.census.incident(null, incident);
  state.openIncidents.note(null, incident);
  if (!state.members.has(incident.id)) state.members.set(incident.id, new Set());
  if (incident.group !== null && (incident.forgetAt === null || incident.mergedInto !== null))
    state.groups.set(groupKeyOf(incident.group), incident.id);
  armAt(state, { owner: 'incident', key: incident.id }, incidentDueAt(incident));
}

function armAt(state: ShardState, timer: { owner: TimerOwner; key: string }, dueAt: number | null): void {
  if (dueAt !== null) state.timers.arm(timer.owner, timer.key, dueAt);
}

/** Replaces an incident, new or changed, and marks it for the next cut. */
export function putIncident(state: ShardState, changed: Incident): Incident {
  const incident = layOutIncident(changed);
  const before = state.incidents.get(incident.id);
  if (before === undefined) {
    index(state, incident);
  } else {
    state.incidents.set(incident.id, incident);
    state.census.incident(before, incident);
    state.openIncidents.note(before, incident);
    countMetClocks(state.totals, before, incident);
    if (isOpen(before) !== isOpen(incident)) unsettleMembers(state, incident.id);
    armAt(state, { owner: 'incident', key: incident.id }, incidentDueAt(incident));
  }
  state.pending.incidents.set(incident.id, incident);
  return incident;
}

/** What its members explain may belong elsewhere from now on. */
function unsettleMembers(state: ShardState, id: string): void {
  if (state.inhibition.bySource.size === 0) return;
  for (const fingerprint of state.members.get(id) ?? []) {
    unsettleTargetsOf(state.inhibition, fingerprint);
    if (state.alerts.get(fingerprint)?.attached === true) unsettleTarget(state.inhibition, fingerprint);
  }
}

/** Something was heard of a member, now: the incident's window may stay open for it. */
export function seen(state: ShardState, incident: Incident, sign: SignOfLife): Incident {
  const group = incident.group === null ? null : prolong(incident.group, sign, state.at);
  return { ...incident, lastAlertAt: state.at, group };
}

/** Repeats are written into the incident at this distance, in ms: what says nothing new costs no new document. */
const seenPrecisionMs = 60_000;

/** A repeat of a member. */
export function noteRepeat(state: ShardState, id: string): void {
  const incident = state.incidents.get(id);
  if (incident === undefined || state.at - incident.lastAlertAt < seenPrecisionMs) return;
  putIncident(state, seen(state, incident, 'word'));
}

/** Marks an alert, new or changed in place, for the next cut and arms its timer. */
export function putAlert(state: ShardState, alert: Alert): void {
  state.alerts.set(alert.fingerprint, alert);
  armAt(state, { owner: 'alert', key: alert.fingerprint }, alertDueAt(alert));
  state.pending.alerts.add(alert);
  state.pending.forgotten.alerts.delete(alert.fingerprint);
}

/** Marks an alert whose message said nothing new: only its times and counts have changed. */
export function touchAlert(state: ShardState, alert: Alert, dueBefore: number | null): void {
  const dueAt = alertDueAt(alert);
  if (dueBefore === null || (dueAt !== null && dueAt < dueBefore)) {
    armAt(state, { owner: 'alert', key: alert.fingerprint }, dueAt);
  }
  state.pending.touched.add(alert);
}

export function putSilence(state: ShardState, active: ActiveSilence): void {
  state.silences.set(active.silence.id, active);
  state.activeSilences.put(active);
  armAt(state, { owner: 'silence', key: active.silence.id }, silenceDueAt(active.silence));
  state.pending.silences.set(active.silence.id, active.silence);
}

export function putOutcome(state: ShardState, outcome: Outcome): void {
  indexOutcome(state, outcome);
  state.pending.outcomes.push(outcome);
  state.pending.forgotten.outcomes.delete(outcome.command);
}

function indexOutcome(state: ShardState, outcome: Outcome): void {
  state.outcomes.set(outcome.command, outcome);
  if (
    outcome.idempotency !== null &&
    outcome.reason !== 'idempotency-key-reused' &&
    !state.keys.has(outcome.idempotency.key)
  ) {
    state.keys.set(outcome.idempotency.key, outcome.command);
  }
  armAt(state, { owner: 'outcome', key: outcome.command }, outcome.forgetAt);
}

export function alertDueAt(alert: Alert): number | null {
  const { hold, lingers } = alert;
  let due = alert.expiresAt ?? alert.forgetAt;
  if (hold !== null && (due === null || hold.until < due)) due = hold.until;
  if (lingers !== null) for (const { until } of lingers) if (due === null || until < due) due = until;
  return due;
}

export function silenceDueAt(silence: ActiveSilence['silence']): number | null {
  if (silence.state === 'pending') return silence.startsAt;
  return silence.state === 'active' ? silence.endsAt : silence.forgetAt;
}

/** The first of an incident's own due times. */
export function incidentDueAt(incident: Incident): number | null {
  let due = nextBreach(incident.sla)?.at ?? null;
  for (const at of [
    nextWarning(incident.sla, incident.escalation.warnAt)?.at ?? null,
    incident.escalation.nextAt,
    incident.lowerAt,
    incident.routeTurnsAt,
    incident.autoResolveAt,
    incident.autoCloseAt,
    incident.forgetAt,
  ]) {
    if (at !== null && (due === null || at < due)) due = at;
  }
  return due;
}

/** What SLA clocks have to know of an instant. */
export function slaNow(state: ShardState): SlaNow {
  return { at: state.at, calendars: rulesOf(state).calendars };
}

/** The rules in force, and the instant for what in them hangs on it. */
export function rulesNow(state: ShardState): { readonly rules: RuleSet; readonly at: number } {
  return { rules: rulesOf(state), at: state.at };
}

/** The rules in force; a shard judges nothing before its first `rules-changed`. */
export function rulesOf(state: ShardState): RuleSet {
  if (state.rules === null) throw new Error('invariant: an entry came before any rules-changed');
  return state.rules;
}
