import { fateOf, trySend, untilKilled, type Round } from './round.js';
import type { SentCommand } from './ledger.js';
import { sendBatch } from './send-alerts.js';

interface IncidentSeen {
  readonly id: string;
  /** The rule that gathers it; null: an alert of its own. */
  readonly rule: object | null;
  readonly sla: { readonly resolve?: { readonly dueAt: string | null } };
}

/** Commands on incidents that are new: notes on any, and one acknowledge, assign or resolve on some. */
export function sendCommands(round: Round): Promise<void> {
  let sent = 0;
  return untilKilled(round, [5, 40], async () => {
    const incident = await findNewIncident(round);
    if (incident === null) return;
    sent += 1;
    const key = `r${round.number}-k${sent}`;
    const name = chooseCommand(round, incident);
    if (name !== 'note') round.ledger.taken.add(incident.id);
    await sendCommand(round, {
      key,
      name,
      path: `/api/v1/incidents/${incident.id}/${name}`,
      body: { by: 'ada', ...(name === 'note' ? { text: key } : name === 'assign' ? { assignee: key } : {}) },
      subject: name === 'note' ? key : incident.id,
    });
  });
}

/** Only an incident that gathers no more alerts is resolved: the next alert of a group would open it again. */
function chooseCommand(round: Round, incident: IncidentSeen): 'note' | 'acknowledge' | 'assign' | 'resolve' {
  if (round.ledger.taken.has(incident.id)) return 'note';
  const name = round.random.pick(['note', 'note', 'acknowledge', 'assign', 'resolve'] as const);
  return name === 'resolve' && incident.rule !== null ? 'acknowledge' : name;
}

/** Looks at new incidents as people do; keeps when each was due when first seen. */
async function findNewIncident(round: Round): Promise<IncidentSeen | null> {
  const answer = await trySend<{ items: readonly IncidentSeen[] }>(
    round,
    '/api/v1/incidents?state=new&sort=-openedAt&limit=20',
    { method: 'GET' },
  );
  if (answer === null) return null;
  fateOf(answer, 'the list of new incidents');
  const { items } = answer.body;
  for (const { id, sla } of items) {
    const dueAt = sla.resolve?.dueAt;
    if (typeof dueAt === 'string' && !round.ledger.resolveDueAt.has(id))
      round.ledger.resolveDueAt.set(id, dueAt);
  }
  return items.length === 0 ? null : round.random.pick(items);
}

/** Silences, and behind each that was acknowledged a batch of alerts that it mutes. */
export function sendSilences(round: Round): Promise<void> {
  let sent = 0;
  return untilKilled(round, [30, 150], async () => {
    sent += 1;
    const comment = `r${round.number}-s${sent}`;
    const fate = await sendCommand(round, {
      key: comment,
      name: 'silence',
      path: '/api/v1/silences',
      body: { matchers: [`quiet="${comment}"`], duration: '1h', createdBy: 'ada', comment },
      subject: comment,
    });
    if (fate === 'acknowledged') {
      await sendBatch(round, {
        request: `r${round.number}-q${sent}`,
        alerts: 2,
        group: null,
        silence: comment,
      });
    }
  });
}

type NewCommand = Pick<SentCommand, 'key' | 'name' | 'path' | 'body' | 'subject'>;

async function sendCommand(round: Round, command: NewCommand): Promise<SentCommand['fate']> {
  const sent: SentCommand = { ...command, fate: 'unknown', answers: [], ids: new Set() };
  round.ledger.commands.push(sent);
  await sendAgain(round, sent);
  return sent.fate;
}

/** The same request under the same key: what a careful client does when no answer came. */
export async function sendAgain(round: Round, command: SentCommand): Promise<void> {
  const answer = await trySend<{ id?: string } | null>(round, command.path, {
    body: command.body,
    headers: { 'idempotency-key': command.key },
  });
  if (answer === null) return;
  command.fate = fateOf(answer, `${command.name} under key ${command.key}`);
  command.answers.push(answer.status);
  if (typeof answer.body?.id === 'string') command.ids.add(answer.body.id);
}
