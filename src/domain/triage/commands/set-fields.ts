import type { IncidentCommand } from '../../alert/entry.js';
import { pinnableFields, type Incident, type PinnableField } from '../../incident/incident.js';
import { isOpen } from '../../incident/lifecycle.js';
import { isMoreImportant, priorityOf } from '../../incident/priority.js';
import { closesByItself } from '../end-incident.js';
import { countMembers } from '../follow-members.js';
import { titleOf } from '../open-incident.js';
import type { Verdict } from '../outcome.js';
import { assess, changePriority } from '../prioritize.js';
import { reroute } from '../reroute.js';
import { putIncident, rulesOf, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { noteOf, type Asked } from './asked.js';
import { tellNewOwner } from './hand-over.js';

type Values = Pick<Incident, PinnableField>;

/** A person knows better than the rules: what is set is pinned against them, and null lets them decide again, at once. */
export function set(state: ShardState, { incident, command, by }: Asked<'set'>): Verdict {
  const refused = cannotSet(state, command);
  if (refused !== null) return refused;
  const asked = pinnableFields.filter((field) => command[field] !== undefined);
  const ruled = ruledValues(state, incident);
  const values: Values = {
    impact: command.impact ?? (command.impact === null ? ruled : incident).impact,
    urgency: command.urgency ?? (command.urgency === null ? ruled : incident).urgency,
    category: command.category ?? (command.category === null ? ruled : incident).category,
    service: command.service ?? (command.service === null ? ruled : incident).service,
    title: command.title ?? (command.title === null ? ruled : incident).title,
  };
  const pinned = pinnableFields.filter((field) =>
    asked.includes(field) ? command[field] !== null : incident.pinned.includes(field),
  );
  const changes = asked.map((field) => [
    field,
    { from: incident[field], to: values[field], pinned: command[field] !== null },
  ]);
  const detail = { ...(Object.fromEntries(changes) as object), ...noteOf(command) };
  addEvent(state, { incident: incident.id, type: 'fields-set', by, detail });
  putIncident(state, settle(state, { before: incident, values, pinned, by }));
  return null;
}

/** What the incident would be without pins: as its first alert and its rule say, and its alerts that count. */
export function ruledValues(state: ShardState, incident: Incident): Values {
  const { impact, urgency } = assess(state, countMembers(state, incident.id).counting) ?? incident;
  const root = state.alerts.get(incident.root);
  if (root === undefined) {
    const { category, service, title } = incident;
    return { impact, urgency, category, service, title };
  }
  const rule = rulesOf(state).groups.find(({ ref }) => ref.id === incident.rule?.id) ?? null;
  return {
    ...{ impact, urgency, service: root.service },
    category: rule?.incident.category ?? root.category,
    title: titleOf(state, root, { group: incident.group, rule }),
  };
}

/** Gives an incident new values: priority by the matrix, at once; then routed anew where that may lead elsewhere. */
export function settle(
  state: ShardState,
  change: {
    readonly before: Incident;
    readonly values: Values;
    readonly pinned: readonly PinnableField[];
    readonly by: string;
  },
): Incident {
  const { before, values, pinned, by } = change;
  const { impact, urgency, category, service, title } = values;
  const named: Incident = { ...before, pinned, category, service, title };
  const levels = impact !== before.impact || urgency !== before.urgency;
  const priority = priorityOf(rulesOf(state).priority, impact, urgency);
  const settled = levels ? changePriority(state, named, { impact, urgency, priority, by }) : named;
  if (settled.state === 'resolved') return { ...settled, autoCloseAt: whenToClose(state, settled) };
  const raised = isMoreImportant(settled.priority, before.priority);
  const elsewhere = service !== before.service || category !== before.category;
  if (!raised && !elsewhere) return settled;
  const routed = reroute(state, settled, { reason: raised ? 'priority-raised' : 'fields-set', by });
  return mustHear(before, routed) ? tellNewOwner(state, routed) : routed;
}

/** A new policy tells its first step's team; under the policy that goes on, a team that got the incident must hear of it. */
function mustHear(before: Incident, routed: Incident): boolean {
  const sameRun = before.escalation.run === routed.escalation.run;
  const quiet = routed.suppressed || routed.state === 'on-hold' || !isOpen(routed);
  return sameRun && before.team !== routed.team && !quiet;
}

function whenToClose(state: ShardState, incident: Incident): number | null {
  if (!closesByItself(incident)) return null;
  return incident.autoCloseAt ?? state.at + rulesOf(state).defaults.autoCloseMs;
}

function cannotSet(state: ShardState, command: IncidentCommand<'set'>): Verdict {
  const { priority, services } = rulesOf(state);
  const { impact, urgency, service } = command;
  if (impact != null && !priority.impacts.includes(impact)) {
    const detail = `there is no impact ${impact}; impacts are ${priority.impacts.join(', ')}`;
    return { reason: 'unknown-impact', detail };
  }
  if (urgency != null && !priority.urgencies.includes(urgency)) {
    const detail = `there is no urgency ${urgency}; urgencies are ${priority.urgencies.join(', ')}`;
    return { reason: 'unknown-urgency', detail };
  }
  if (service != null && !services.has(service))
    return { reason: 'unknown-service', detail: `there is no service ${service} in the catalogue` };
  return null;
}
