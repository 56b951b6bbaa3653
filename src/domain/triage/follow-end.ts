import type { Alert } from '../alert/alert.js';
import { followMembers } from './follow-members.js';
import { placeAlert } from './inhibit.js';
import { judgeMuted } from './judge-again.js';
import { putIncident, seen, type ShardState } from './shard-state.js';
import { addEvent, type Happening } from './timeline.js';

/** An alert has ended: those that it muted are judged again, then its incident follows its members. */
export function followEnd(
  state: ShardState,
  alert: Alert,
  end: Happening & { readonly type: 'alert-resolved' | 'alert-expired' },
): void {
  const { incident: id, fingerprint, title } = alert;
  const { turned } = placeAlert(state, alert);
  if (id !== null) addEvent(state, { incident: id, ...end, detail: { alert: fingerprint, title } });
  judgeMuted(state, turned);
  if (id === null || alert.attached) return;
  const incident = state.incidents.get(id);
  // Silence is no sign of life.
  if (incident !== undefined && end.type === 'alert-resolved')
    putIncident(state, seen(state, incident, 'word'));
  followMembers(state, id);
}
