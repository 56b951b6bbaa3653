import type { IncomingAlert } from '../../alert/alert.js';
import { reportOf } from '../../alert/person-report.js';
import { findAlert } from '../deduplicate.js';
import { followEnd } from '../follow-end.js';
import { placeAlert } from '../inhibit.js';
import { judgeAgain, judgeMuted } from '../judge-again.js';
import type { Verdict } from '../outcome.js';
import { rememberAnswered, rememberOpenAgain } from '../remember-alert.js';
import type { ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { membersOf } from './move-members.js';

/** A person reports a problem: an alert like any other. A retry under the same receipt says nothing new. */
export function takeReport(
  state: ShardState,
  alert: IncomingAlert,
  triage: (state: ShardState, alert: IncomingAlert) => void,
): Verdict {
  const { id, alert: known } = findAlert(state.alerts, alert);
  if (id !== alert.fingerprint) throw new Error(`two label sets have the fingerprint ${alert.fingerprint}`);
  if (known === null) triage(state, alert);
  return null;
}

/** Only people can say that what a person saw is over: reports end when a person resolves their incident. */
export function endReports(state: ShardState, incident: string): void {
  for (const alert of membersOf(state, incident)) {
    if (alert.status !== 'firing' || reportOf(alert) === null) continue;
    rememberAnswered(state, alert);
    followEnd(state, alert, { type: 'alert-resolved', reason: 'incident-resolved' });
  }
}

/** A person says that it was not over after all: the reports that had ended with the incident fire on. */
export function fireReportsAgain(state: ShardState, incident: string): void {
  for (const alert of membersOf(state, incident)) {
    if (alert.status === 'firing' || reportOf(alert) === null) continue;
    rememberOpenAgain(state, alert);
    const { fingerprint, title } = alert;
    const detail = { alert: fingerprint, title };
    addEvent(state, { incident, type: 'alert-refired', reason: 'incident-reopened', detail });
    judgeMuted(state, placeAlert(state, alert).turned);
    judgeAgain(state, [alert], 'rules');
  }
}
