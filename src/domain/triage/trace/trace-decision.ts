import type { Alert, IncomingAlert } from '../../alert/alert.js';
import type { AdjustedAlert } from '../adjust.js';
import { correlate, isOwned, type Correlation } from '../correlate.js';
import { deduplicate, findAlert, type Signal } from '../deduplicate.js';
import { holdOf } from '../hold-alert.js';
import { maintenanceOf } from '../maintain.js';
import { judgedAlert } from '../remember-alert.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import type { DecisionTrace, Stopped, TracedAlert, TracedSignal } from './decision-trace.js';
import { incomingOf } from './incoming-of.js';
import { traceCorrelation } from './trace-correlation.js';
import { traceDescription, type TracedDescription } from './trace-description.js';
import { traceIncident } from './trace-incident.js';
import { traceLevels } from './trace-levels.js';
import { traceSuppression } from './trace-suppression.js';
import { traceTimers } from './trace-timers.js';

/** A message, and the instant at which it is judged; one before the newest record counts as that. */
export interface AskedDecision {
  readonly incoming: IncomingAlert;
  readonly at: number;
  /** Absent: `message`. */
  readonly basis?: DecisionTrace['basis'];
}

/**
 * How the engine would judge the message if it came at this instant, and why. It holds every rule against the alert one after
 * the other, with the same compiled matchers and the same stages, and changes nothing.
 */
export function traceDecision(state: ShardState, asked: AskedDecision): DecisionTrace {
  const { incoming, basis = 'message' } = asked;
  const at = Math.max(state.at, asked.at);
  const now: ShardState = { ...state, at, brokenRules: null };
  const rules = rulesOf(now);
  const { id, alert: known } = findAlert(now.alerts, incoming);
  const signal = deduplicate(known, incoming, { at, rulesRevision: rules.revision });
  const traced = traceDescription(incoming, rules, at);
  const { described, ...description } = traced;
  const head = {
    ...{ at, rulesRevision: rules.revision, basis },
    alert: shown(id, described),
    ...description,
    deduplicate: tracedSignal(now, known, signal),
  };
  if (signal === 'cleared' || signal === 'late')
    return { ...head, ...unreached, stopped: { after: 'deduplicate', reason: signal } };
  return { ...head, ...traceJudgement(now, traced, { id, known, incoming, signal }) };
}

/** How an alert that the engine remembers is judged now; one that is over, as if it fired anew. null: none of this fingerprint. */
export function traceKnown(state: ShardState, fingerprint: string, at: number): DecisionTrace | null {
  const known = state.alerts.get(fingerprint);
  if (known === undefined) return null;
  const incoming = incomingOf(known, rulesOf(state), Math.max(state.at, at));
  return traceDecision(state, { incoming, at, basis: 'remembered' });
}

const unreached = { suppress: null, correlate: null, prioritize: null, route: null, timers: [] } as const;

function shown(fingerprint: string, described: AdjustedAlert): TracedAlert {
  const { source, title, severity, service, env, category } = described;
  return { fingerprint, source, title, severity, service, env, category };
}

/** What a full group only counted, and what has no incident yet, is judged anew with each message. */
function tracedSignal(state: ShardState, known: Alert | null, signal: Signal): TracedSignal {
  const isCountedOnly = known !== null && signal === 'repeat' && isOwned(state, known);
  return { signal, since: known?.receivedAt ?? null, isCountedOnly };
}

/** The stages from maintenance on. */
function traceJudgement(
  state: ShardState,
  { described, classify, adjust, normalize }: TracedDescription,
  message: {
    readonly id: string;
    readonly known: Alert | null;
    readonly incoming: IncomingAlert;
    readonly signal: Signal;
  },
): Pick<DecisionTrace, 'suppress' | 'correlate' | 'prioritize' | 'route' | 'timers' | 'stopped'> {
  const signal = message.signal === 'repeat' ? 'changed' : message.signal;
  const alert = judgedAlert(state, described, { ...message, signal });
  alert.hold = holdOf(state, alert, { wanted: described.hold, signal });
  const suppress = traceSuppression(state, alert);
  alert.suppressedBy = suppress.suppressedBy;
  alert.maintenance = maintenanceOf(state, alert);
  const correlation = correlate(state, alert, signal);
  const incident = traceIncident(state, alert, correlation);
  const tries = [...normalize.tries, ...classify.tries, ...adjust.tries];
  return {
    suppress,
    correlate: traceCorrelation(state, alert, correlation),
    prioritize:
      incident === null
        ? null
        : traceLevels(state, alert, { described, tries, incident: incident.incident.priority }),
    route: incident?.route ?? null,
    timers: traceTimers(state, alert, incident?.incident ?? null),
    stopped: stoppedAt(alert, correlation),
  };
}

function stoppedAt(alert: Alert, correlation: Correlation): Stopped | null {
  if (correlation.kind === 'count') return { after: 'correlate', reason: correlation.reason };
  if (correlation.kind === 'none') return { after: 'correlate', reason: correlation.reason };
  return alert.suppressedBy.length > 0 ? { after: 'suppress', reason: 'suppressed' } : null;
}
