import type { Alert, IncomingAlert } from '../alert/alert.js';
import type { Entry, LogRecord, SharedChange } from '../alert/entry.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { AdjustedAlert } from './adjust.js';
import { applyCommand } from './apply-command.js';
import { flushCatchUp } from './catch-up.js';
import type { Census } from './census.js';
import type { Changes, ShardImage } from './changes.js';
import { changeRules, resumeRules } from './change-rules.js';
import { correlate, isOwned } from './correlate.js';
import { cutChanges } from './cut-changes.js';
import { describeWithoutBroken } from './describe-without-broken.js';
import { deduplicate, findAlert, isOver, sameEntries, type Signal } from './deduplicate.js';
import { followEnd } from './follow-end.js';
import { followUp } from './follow-up.js';
import { hearDelivery } from './hear-delivery.js';
import { endWhileHeld } from './end-hold.js';
import { holdBack } from './hold-alert.js';
import { placeAlert } from './inhibit.js';
import { keepDeadLetter, unseenAlerts } from './hear-messages.js';
import { judgeMuted, judgeWords } from './judge-again.js';
import { judgeSilence } from './keep-silences.js';
import { maintenanceOf } from './maintain.js';
import { markMaintenance } from './mark-maintenance.js';
import {
  hasNewWords,
  keepFormer,
  rememberEnd,
  rememberJudged,
  rememberLate,
  rememberRepeat,
  rememberWords,
} from './remember-alert.js';
import { isNewRelay, passOn, settleRelays } from './relay.js';
import { ringTimers } from './ring.js';
import { flagBroken } from './rule-holds.js';
import { createShardState, noteRepeat, rulesOf, safely, type Fault, type ShardState } from './shard-state.js';
import { countHit, reasonsToSuppress, suppress } from './suppress.js';
import { takeIn } from './take-in.js';
import { passTime } from './tally-alerts.js';
import type { DecisionTrace } from './trace/decision-trace.js';
import { traceDecision, traceKnown, type AskedDecision } from './trace/trace-decision.js';

/**
 * The triage engine of one shard: a deterministic fold over its log. No I/O, no clock, no randomness: the same records
 * give the same state, wherever cuts were made and whichever ticks but the last are left out.
 */
export interface Engine {
  /** Applies one record: timers due at or before its time (or the newest time so far, if that is later) first, each at its own due time, then its entries in order. */
  apply(record: LogRecord): void;
  /** What changed since the last cut, as of the newest record. The values are live: copy them before the next apply. */
  cut(): Changes;
  /** How many documents the next cut would write (of the alerts that only repeated, what they take), and whether somebody waits for it (a person, or a notification). */
  pending(): { readonly documents: number; readonly urgent: boolean };
  /** When the first timer is due, Unix ms; null: none. May be early, never late. */
  nextTimerAt(): number | null;
  position(): number;
  /** Time of the newest record. */
  at(): number;
  rules(): RuleSet | null;
  census(): Census;
  /** How a message would be judged if it came at the instant, and why. Changes nothing. */
  explain(asked: AskedDecision): DecisionTrace;
  /** The same of an alert that the engine remembers; null: it remembers none of this fingerprint. */
  explainKnown(fingerprint: string, at: number): DecisionTrace | null;
  /** Entries that could not be applied since the last call: a defect of ours. What came before and after stands. */
  takeFaults(): readonly Fault[];
}

/** So many alerts that only repeated take as long to write as one document. */
const touchedPerDocument = 10;

export function createEngine(input: {
  readonly shard: number;
  /** How many the log has; absent: this one alone. */
  readonly shards?: number;
  readonly image: ShardImage;
  /** The rule set stored under a hash. Whoever applies a record has loaded those that its entries name. */
  readonly ruleSet: (hash: string) => RuleSet;
}): Engine {
  const state = createShardState({ shard: input.shard, shards: input.shards ?? 1 }, input.image);
  if (state.rulesHash !== null) resumeRules(state, input.ruleSet(state.rulesHash));
  return {
    apply(record) {
      state.position = record.position;
      // A broker's clock may be set back, or another broker's be behind.
      const at = Math.max(record.at, state.at);
      const resumed = record.entries[0]?.kind === 'resumed' ? record.entries[0] : null;
      state.catchUp = resumed === null ? null : { since: resumed.since, latest: new Map() };
      ringTimers(state, at);
      passTime(state, at);
      flushCatchUp(state);
      for (const entry of record.entries) {
        safely(state, entry.kind, () => {
          applyEntry(state, entry, input.ruleSet);
          followUp(state);
        });
        ringTimers(state, state.at);
      }
    },
    cut: () => cutChanges(state),
    pending: () => ({
      documents:
        state.pending.alerts.size +
        Math.ceil(state.pending.touched.size / touchedPerDocument) +
        state.pending.incidents.size +
        state.pending.timeline.length +
        state.pending.deadLetters.size,
      urgent:
        state.pending.outcomes.length > 0 ||
        state.pending.notifications.size > 0 ||
        state.pending.settled.length > 0,
    }),
    nextTimerAt: () => state.timers.nextAt(),
    position: () => state.position,
    at: () => state.at,
    rules: () => state.rules,
    census: () => state.census.read(),
    explain: (asked) => traceDecision(state, asked),
    explainKnown: (fingerprint, at) => traceKnown(state, fingerprint, at),
    takeFaults: () => state.faults.splice(0),
  };
}

function applyEntry(state: ShardState, entry: Entry, ruleSet: (hash: string) => RuleSet): void {
  switch (entry.kind) {
    case 'alerts':
      for (const incoming of unseenAlerts(state, entry))
        safely(state, 'alerts', () => {
          triage(state, incoming);
          followUp(state);
        });
      return;
    case 'command':
      applyCommand(state, entry, triage);
      return;
    case 'dead-letter':
      keepDeadLetter(state, entry.message);
      return;
    case 'rules-changed':
      changeRules(state, ruleSet(entry.hash));
      passOn(state, { name: 'change-rules', hash: entry.hash });
      return;
    case 'relayed':
      if (isNewRelay(state, entry.order)) takeOver(state, entry.change, ruleSet);
      return;
    case 'relays-sent':
      settleRelays(state, entry.upTo);
      return;
    case 'delivered':
      hearDelivery(state, entry);
      return;
    case 'tick':
    case 'resumed':
      return;
  }
}

/** What another shard has decided for all: nobody waits for an outcome here. */
function takeOver(state: ShardState, change: SharedChange, ruleSet: (hash: string) => RuleSet): void {
  if (change.name === 'change-rules') changeRules(state, ruleSet(change.hash));
  else judgeSilence(state, change);
}

/**
 * THE MAP: what happens to one alert, in the fixed order of stages.
 *
 *   normalize → bind → deduplicate ─ repeat, late, end ─► remembered, and the incident follows
 *                          │ new occurrence, refired, changed
 *                          ▼
 *               classify → adjust → maintenance → silence → inhibit → hold → correlate → take in
 *               (→ prioritize → route → escalate)
 *               → attach, to the incident of what explains it
 *               → evidence, of what the service stands on and for what stands on it
 *
 * Deduplicate looks at the sender's own words, so that a repeat, the bulk of all traffic, skips the stages around it:
 * they would come to the same answer.
 */
function triage(state: ShardState, incoming: IncomingAlert): void {
  const rules = rulesOf(state);
  const { id, alert: known } = findAlert(state.alerts, incoming);
  const signal = deduplicate(known, incoming, { at: state.at, rulesRevision: rules.revision });
  state.totals.inc('alerts_received', [incoming.source, isOver(incoming, state.at) ? 'resolved' : 'firing']);
  if (signal === 'cleared' || signal === 'late') {
    if (known !== null) hearEnd(state, known, { incoming, signal });
  } else if (known !== null && signal === 'repeat' && isOwned(state, known)) {
    hearRepeat(state, known, { id, incoming });
  } else {
    judge(state, describe(state, incoming), {
      ...{ id, known, incoming },
      signal: signal === 'repeat' ? 'changed' : signal,
    });
  }
}

/** What the rules make of a message: who it is about, what kind of trouble it is, how bad. */
function describe(state: ShardState, incoming: IncomingAlert): AdjustedAlert {
  const rules = rulesOf(state);
  try {
    return state.describer.describe(incoming, rules, state.at);
  } catch {
    const { described, broken } = describeWithoutBroken(incoming, rules, state.at);
    for (const { ref, error } of broken) flagBroken(state, ref, error);
    return described;
  }
}

/** New words alone are taken over; where rules that read them now write another severity or other labels, it is a change. */
function hearRepeat(state: ShardState, known: Alert, message: { id: string; incoming: IncomingAlert }): void {
  const { incoming } = message;
  if (hasNewWords(known, incoming)) {
    const described = describe(state, incoming);
    if (described.severity !== known.severity || !sameEntries(described.labels, known.labels)) {
      judge(state, described, { ...message, known, signal: 'changed' });
      return;
    }
    rememberWords(state, known, described);
    judgeWords(state, known);
  }
  state.totals.inc('alerts_deduplicated', [incoming.source]);
  rememberRepeat(state, known, incoming);
  if (known.incident !== null && !known.attached) noteRepeat(state, known.incident);
}

/** An end, or a late word about an occurrence that is over. */
function hearEnd(
  state: ShardState,
  known: Alert,
  heard: { incoming: IncomingAlert; signal: 'cleared' | 'late' },
): void {
  const { incoming, signal } = heard;
  if (signal === 'late') {
    state.totals.inc('alerts_deduplicated', [incoming.source]);
    rememberLate(state, known, incoming);
    return;
  }
  endWhileHeld(state, known, 'resolved');
  rememberEnd(state, known, incoming);
  followEnd(state, known, { type: 'alert-resolved', reason: 'source' });
}

function judge(
  state: ShardState,
  described: AdjustedAlert,
  message: { id: string; known: Alert | null; incoming: IncomingAlert; signal: Signal },
): void {
  const { known, signal } = message;
  if (known !== null) keepFormer(state, known);
  const alert = rememberJudged(state, described, message);
  const { roles, turned } = placeAlert(state, alert);
  holdBack(state, alert, { wanted: described.hold, signal });
  suppress(state, alert, { reasons: reasonsToSuppress(state, alert, roles), signal });
  markMaintenance(state, alert, maintenanceOf(state, alert));
  countJudged(state, alert, { described, signal });
  takeIn(state, alert, { correlation: correlate(state, alert, signal), signal, described });
  judgeMuted(state, turned);
}

function countJudged(
  state: ShardState,
  alert: Alert,
  { described, signal }: { described: AdjustedAlert; signal: Signal },
): void {
  if (signal === 'new-occurrence') state.totals.inc('occurrences', [alert.source]);
  for (const rule of described.hits) countHit(state, rule);
  for (const rule of described.shadows) state.totals.inc('rule_shadow_hits', [rule]);
}
