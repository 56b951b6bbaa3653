import type { IncidentCommandName } from '../alert/entry.js';
import type { Apply, Asked } from './commands/asked.js';
import { declareMajor, standDownMajor } from './commands/declare-major.js';
import { close, mitigate, reopen, resolve } from './commands/finish.js';
import { assign, raise } from './commands/hand-over.js';
import { addResponder, removeResponder } from './commands/keep-responders.js';
import { merge } from './commands/merge-incidents.js';
import { set } from './commands/set-fields.js';
import { setParent } from './commands/set-parent.js';
import { split } from './commands/split-incident.js';
import { hold, resume, take } from './commands/take-in-hand.js';
import { note, update } from './commands/tell.js';
import type { Verdict } from './outcome.js';
import type { ShardState } from './shard-state.js';

/** Who carries out which command: one file a group of them in `commands/`. */
const commands: { readonly [Name in IncidentCommandName]: Apply<Name> } = {
  acknowledge: take,
  assign,
  start: take,
  hold,
  resume,
  mitigate,
  resolve,
  reopen,
  close,
  escalate: raise,
  set,
  merge,
  split,
  'set-parent': setParent,
  'add-responder': addResponder,
  'remove-responder': removeResponder,
  'declare-major': declareMajor,
  'stand-down-major': standDownMajor,
  note,
  update,
};

/** Carries out a command that the lifecycle table allows. */
export function applyIncidentCommand<Name extends IncidentCommandName>(
  state: ShardState,
  name: Name,
  asked: Asked<Name>,
): Verdict {
  return commands[name](state, asked);
}
