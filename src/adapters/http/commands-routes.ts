import type { CheckBody, Views } from '../../app/ports.js';
import type { SubmitCommand } from '../../app/submit-command.js';
import type { IncidentCommand, IncidentCommandName } from '../../domain/alert/entry.js';
import { pinnableFields } from '../../domain/incident/incident.js';
import { lifecycle } from '../../domain/incident/lifecycle.js';
import { answerCommand, whoAsks } from './answer-command.js';
import { bodyProblem, checkBody } from './check-body.js';
import { unknownIncident } from './incidents-routes.js';
import { presentIncident } from './present-incident.js';
import { presentOutcome } from './present-outcome.js';
import type { ProblemDetails } from './problem.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';

interface CommandDeps {
  readonly views: Views;
  readonly submit: SubmitCommand;
  readonly check: CheckBody;
}

/** `POST /api/v1/incidents/{id}/{command}` for every command of the lifecycle, and `GET /api/v1/commands/{id}`. */
export function commandsRoutes(deps: CommandDeps): readonly Route[] {
  const names = Object.keys(lifecycle) as IncidentCommandName[];
  const commands = names.map((name): Route => ({
    method: 'POST',
    path: `/api/v1/incidents/{id}/${name}`,
    query: [],
    body: 'optional',
    idempotent: true,
    handle: (call) => command(deps, name, call),
  }));
  const outcomes: Route = {
    method: 'GET',
    path: '/api/v1/commands/{id}',
    query: [],
    body: 'none',
    handle: (call) => outcome(deps.views, call),
  };
  return [...commands, outcomes];
}

async function command(deps: CommandDeps, name: IncidentCommandName, call: Call): Promise<Answer> {
  const refused = refuseOtherCommand(name, call.body);
  if (refused !== null) return problem(refused);
  const checked = checkBody(deps.check, 'command', { body: call.body, fixed: { command: name } });
  if (!checked.ok) return problem(checked.problem);
  const { id = '' } = call.params;
  const { wanted, by } = readCommand(name, id, checked.fields);
  const lacking = lacksAim(wanted);
  if (lacking !== null) return problem(bodyProblem([{ pointer: '', message: lacking }]));
  // Before the log, so that mistyped ids don't fill it; the engine has the last word.
  if ((await deps.views.incident(id)) === null) return unknownIncident(id);
  const asked = { call, by: whoAsks(call, by), command: wanted };
  return answerCommand(deps.submit, asked, (subject) => show(deps.views, subject));
}

/** The schema of the command has said that its fields are those of the type, but for who asks and the name. */
function readCommand(
  name: IncidentCommandName,
  incident: string,
  checked: Readonly<Record<string, unknown>>,
): { readonly wanted: IncidentCommand; readonly by: string | undefined } {
  const fields: Record<string, unknown> = { ...checked };
  const { by } = fields as { by?: string };
  delete fields['by'];
  delete fields['command'];
  return { wanted: { name, incident, ...fields } as IncidentCommand, by };
}

/** Some commands need at least one of several fields, which a schema could only say in words nobody understands. */
function lacksAim(wanted: IncidentCommand): string | null {
  if (wanted.name === 'escalate' && wanted.tier === undefined && wanted.team === undefined)
    return 'Name a tier, a team or both to escalate to.';
  if (wanted.name === 'set' && pinnableFields.every((field) => wanted[field] === undefined))
    return `Name at least one of ${pinnableFields.join(', ')} to set.`;
  return null;
}

/** The path names the command; a body that names it too must not contradict. */
function refuseOtherCommand(name: string, body: unknown): ProblemDetails | null {
  const named: unknown =
    typeof body === 'object' && body !== null && 'command' in body ? body.command : undefined;
  if (named === undefined || named === name) return null;
  return bodyProblem([{ pointer: '/command', message: `The address says '${name}'; leave this key out.` }]);
}

/** The incident as the command left it: the outcome is committed, so the views have it. */
async function show(views: Views, id: string): Promise<Answer> {
  const incident = await views.incident(id);
  return incident === null ? unknownIncident(id) : json(presentIncident(incident));
}

async function outcome(views: Views, call: Call): Promise<Answer> {
  const { id = '' } = call.params;
  const known = await views.outcome(id);
  if (known !== null) return json(presentOutcome(known));
  return problem({
    status: 404,
    kind: 'unknown-command',
    title: 'No outcome is known',
    detail:
      'The command still waits (ask again in a moment), was never given, or was decided more than 24 h ago.',
  });
}
