import type { IncidentCommandName } from '../alert/entry.js';
import type { Incident } from './incident.js';
import type { IncidentState } from './scales.js';

const open = ['new', 'acknowledged', 'in-progress', 'on-hold'] as const;

/** What a command may start from and where it leads; `same` keeps the state. The whole lifecycle is this table. */
export const lifecycle: Readonly<
  Record<
    IncidentCommandName,
    { readonly from: readonly IncidentState[]; readonly to: IncidentState | 'same' }
  >
> = {
  acknowledge: { from: ['new'], to: 'acknowledged' },
  assign: { from: [...open, 'resolved'], to: 'same' },
  start: { from: ['new', 'acknowledged'], to: 'in-progress' },
  hold: { from: ['acknowledged', 'in-progress'], to: 'on-hold' },
  resume: { from: ['on-hold'], to: 'in-progress' },
  mitigate: { from: open, to: 'same' },
  resolve: { from: open, to: 'resolved' },
  reopen: { from: ['resolved'], to: 'new' },
  close: { from: ['resolved'], to: 'closed' },
  escalate: { from: open, to: 'same' },
  set: { from: [...open, 'resolved'], to: 'same' },
  merge: { from: open, to: 'closed' },
  split: { from: open, to: 'same' },
  'set-parent': { from: [...open, 'resolved'], to: 'same' },
  'add-responder': { from: [...open, 'resolved'], to: 'same' },
  'remove-responder': { from: [...open, 'resolved'], to: 'same' },
  'declare-major': { from: open, to: 'same' },
  'stand-down-major': { from: [...open, 'resolved'], to: 'same' },
  note: { from: [...open, 'resolved', 'closed'], to: 'same' },
  update: { from: [...open, 'resolved'], to: 'same' },
};

/** The state after the command, or null where the table forbids it. A reopened incident that was acknowledged stays so. */
export function nextState(
  incident: Pick<Incident, 'state' | 'acknowledgedAt'>,
  command: IncidentCommandName,
): IncidentState | null {
  const row = lifecycle[command];
  if (!row.from.includes(incident.state)) return null;
  if (row.to === 'same') return incident.state;
  if (command === 'reopen' && incident.acknowledgedAt !== null) return 'acknowledged';
  return row.to;
}

/** Open: somebody still has to do something. */
export function isOpen(incident: Pick<Incident, 'state'>): boolean {
  return incident.state !== 'resolved' && incident.state !== 'closed';
}
