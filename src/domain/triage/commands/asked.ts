import type { IncidentCommand, IncidentCommandName } from '../../alert/entry.js';
import type { Incident } from '../../incident/incident.js';
import type { Verdict } from '../outcome.js';
import type { ShardState } from '../shard-state.js';

/** A command that the lifecycle table allows, on the incident as it is. */
export interface Asked<Name extends IncidentCommandName = IncidentCommandName> {
  readonly incident: Incident;
  readonly command: IncidentCommand<Name>;
  readonly by: string;
}

/** Carries out one kind of command, or says why not; refusing, it has changed nothing. */
export type Apply<Name extends IncidentCommandName> = (state: ShardState, asked: Asked<Name>) => Verdict;

/** The note for the timeline, where there is one. */
export function noteOf(command: { readonly note?: string }): { readonly note?: string } {
  return command.note === undefined ? {} : { note: command.note };
}
