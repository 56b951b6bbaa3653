import type { Views } from '../../app/ports.js';
import type { ReplayDeadLetter, Replayed, ReplayRefusal } from '../../app/replay-dead-letter.js';
import { pendingAnswer, whoAsks } from './answer-command.js';
import { asked } from './parse-query.js';
import { presentDeadLetter, presentDeadLetterSummary } from './present-dead-letter.js';
import { json, problem, type Answer, type Call, type Route } from './route.js';
import { problemOfRefusal } from './status-of.js';

interface DeadLetterDeps {
  readonly views: Views;
  readonly replay: ReplayDeadLetter;
}

const path = '/api/v1/dead-letters';

/** `GET /api/v1/dead-letters` and one of them, and `POST …/{id}/replay`. */
export function deadLettersRoutes({ views, replay }: DeadLetterDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path,
      query: ['source', 'topic', 'replayed', 'limit', 'after'],
      body: 'none',
      handle: (call) => list(views, call),
    },
    { method: 'GET', path: `${path}/{id}`, query: [], body: 'none', handle: (call) => show(views, call) },
    {
      method: 'POST',
      path: `${path}/{id}/replay`,
      query: ['dryRun'],
      body: 'none',
      handle: (call) => replayOne(replay, call),
    },
  ];
}

async function list(views: Views, { query }: Call): Promise<Answer> {
  const wanted = {
    ...asked({
      source: query.list('source'),
      topic: query.list('topic'),
      replayed: query.flag('replayed'),
      after: query.one('after'),
    }),
    limit: query.limit(),
  };
  const refused = query.problem();
  if (refused !== null) return problem(refused);
  const page = await views.deadLetters(wanted);
  return json({ items: page.items.map(presentDeadLetterSummary), next: page.next });
}

async function show(views: Views, { params }: Call): Promise<Answer> {
  const { id = '' } = params;
  const letter = await views.deadLetter(id);
  if (letter !== null) return json(presentDeadLetter(letter));
  const detail = `There is no dead letter '${id.slice(0, 300)}', or it is older than the log's retention.`;
  return refusal('unknown-dead-letter', detail);
}

async function replayOne(replay: ReplayDeadLetter, call: Call): Promise<Answer> {
  const dryRun = call.query.flag('dryRun') ?? false;
  const refused = call.query.problem();
  if (refused !== null) return problem(refused);
  return present(await replay({ id: call.params['id'] ?? '', by: whoAsks(call), dryRun }));
}

function present(replayed: Replayed): Answer {
  switch (replayed.kind) {
    case 'refused':
      return refusal(replayed.reason, replayed.detail);
    case 'not-applied': {
      const { reason, detail } = replayed.outcome;
      return problem(problemOfRefusal(reason ?? 'internal-error', detail));
    }
    case 'pending':
      return pendingAnswer(replayed.command);
    case 'replayed':
    case 'already-replayed':
    case 'would-be-replayed': {
      const { kind, letter, fingerprints } = replayed;
      return json({ result: kind, deadLetter: presentDeadLetterSummary(letter), fingerprints });
    }
  }
}

const meanings: Readonly<Record<ReplayRefusal, { readonly status: number; readonly title: string }>> = {
  'unknown-dead-letter': { status: 404, title: 'No such dead letter' },
  'text-was-cut': { status: 409, title: 'Not all of the message was kept' },
  'unknown-topic': { status: 409, title: 'No such topic in the rules in force' },
  'still-unreadable': { status: 422, title: 'The message still can not be read' },
};

function refusal(reason: ReplayRefusal, detail: string): Answer {
  return problem({ ...meanings[reason], kind: reason, detail, extensions: { reason } });
}
