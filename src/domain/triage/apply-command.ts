import type { IncomingAlert } from '../alert/alert.js';
import type { Command, Entry, IncidentCommand, ReplayCommand, ReportCommand } from '../alert/entry.js';
import { receiptOf } from '../alert/person-report.js';
import type { Incident } from '../incident/incident.js';
import { parseIncidentId } from '../incident/incident-id.js';
import { lifecycle, nextState } from '../incident/lifecycle.js';
import { applyIncidentCommand } from './apply-incident-command.js';
import { takeReport } from './commands/keep-reports.js';
import { replayDeadLetter } from './commands/replay-dead-letter.js';
import { judgeSilence } from './keep-silences.js';
import type { Outcome, Verdict } from './outcome.js';
import { passOn } from './relay.js';
import { putOutcome, type ShardState } from './shard-state.js';

type CommandEntry = Extract<Entry, { kind: 'command' }>;

/** What happens to an alert: the engine's own map of stages. */
type Triage = (state: ShardState, alert: IncomingAlert) => void;

const day = 86_400_000;

/** Applies a person's command, or refuses it, and keeps the outcome for a day under the command's id. */
export function applyCommand(state: ShardState, entry: CommandEntry, triage: Triage): void {
  const earlier = earlierOutcome(state, entry);
  if (earlier === null) {
    putOutcome(state, outcomeOf(state, entry, decide(state, entry, triage)));
  } else if (earlier.idempotency?.bodyHash === entry.idempotency?.bodyHash) {
    if (earlier.command !== entry.id) putOutcome(state, { ...earlier, command: entry.id });
  } else {
    const detail = 'this Idempotency-Key was used for another request within 24 hours; use a new key';
    putOutcome(state, outcomeOf(state, entry, { reason: 'idempotency-key-reused', detail }));
  }
}

function earlierOutcome(state: ShardState, entry: CommandEntry): Outcome | null {
  const sameId = state.outcomes.get(entry.id);
  if (sameId !== undefined || entry.idempotency === undefined) return sameId ?? null;
  const command = state.keys.get(entry.idempotency.key);
  return command === undefined ? null : (state.outcomes.get(command) ?? null);
}

function outcomeOf(state: ShardState, entry: CommandEntry, verdict: Verdict): Outcome {
  return {
    command: entry.id,
    at: state.at,
    result: verdict === null ? 'applied' : 'refused',
    reason: verdict?.reason ?? null,
    detail: verdict?.detail ?? null,
    subject: subjectOf(entry.command),
    idempotency: entry.idempotency ?? null,
    forgetAt: state.at + day,
  };
}

function subjectOf(command: Command): string {
  if (command.name === 'report') return receiptOf(command.alert.fingerprint);
  if (command.name === 'replay-dead-letter') return command.letter.id;
  if (command.name === 'create-silence') return command.silence.id;
  return command.name === 'expire-silence' ? command.silence : command.incident;
}

/** What trips over a defect of ours is refused, so that nobody waits for an outcome that never comes. */
function decide(state: ShardState, entry: CommandEntry, triage: Triage): Verdict {
  try {
    const { command, by } = entry;
    if (command.name === 'report') return takeReport(state, command.alert, triage);
    if (command.name === 'replay-dead-letter') return replayDeadLetter(state, { command, by }, triage);
    return judge(state, command, by);
  } catch (error) {
    state.faults.push({ position: state.position, kind: 'command', error });
    const detail =
      'the command tripped over a defect of Tocsin; its log says more, and part of it may have been applied';
    return { reason: 'internal-error', detail };
  }
}

function judge(
  state: ShardState,
  command: Exclude<Command, ReportCommand | ReplayCommand>,
  by: string,
): Verdict {
  if (command.name === 'create-silence' || command.name === 'expire-silence') {
    const verdict = judgeSilence(state, command);
    if (verdict === null) passOn(state, command);
    return verdict;
  }
  const incident = state.incidents.get(command.incident);
  if (incident === undefined) return absent(state, command.incident);
  return forbidden(incident, command) ?? applyIncidentCommand(state, command.name, { incident, command, by });
}

/** Closed incidents leave the memory after a while; their numbers tell that they were there. */
function absent(state: ShardState, id: string): Verdict {
  const parsed = parseIncidentId(id);
  // Of moved ones those come here that the store knows to be here.
  const upTo = parsed?.shard === state.shard ? state.lastIncident : state.movedUpTo;
  return parsed !== null && parsed.number <= upTo
    ? { reason: 'not-allowed-in-state', detail: `${id} was closed long ago` }
    : { reason: 'unknown-incident', detail: `there is no incident ${id}` };
}

function forbidden(incident: Incident, command: IncidentCommand): Verdict {
  if (nextState(incident, command.name) !== null) return null;
  if (
    command.name === 'acknowledge' &&
    incident.acknowledgedAt !== null &&
    incident.closedAt === null &&
    incident.resolvedAt === null
  ) {
    return { reason: 'already-acknowledged', detail: `${incident.id} was acknowledged before` };
  }
  const { mergedInto } = incident;
  if (mergedInto !== null)
    return {
      reason: 'not-allowed-in-state',
      detail: `${incident.id} was merged into ${mergedInto}: ask there`,
    };
  const from = lifecycle[command.name].from.join(', ');
  return {
    reason: 'not-allowed-in-state',
    detail: `${incident.id} is ${incident.state}; ${command.name} is possible in: ${from}`,
  };
}
