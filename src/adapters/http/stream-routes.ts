import { changeKinds, type ChangeKind } from '../../app/change-notice.js';
import type { ChangeStreams } from './change-streams.js';
import { problem, type Answer, type Call, type Route } from './route.js';

/** `GET /api/v1/stream`: what changed, as server-sent events. */
export function streamRoutes(deps: { readonly streams: Pick<ChangeStreams, 'open'> }): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/stream',
      query: ['kinds', 'after'],
      body: 'none',
      handle: (call) => open(deps.streams, call),
    },
  ];
}

function open(streams: Pick<ChangeStreams, 'open'>, { query, lastEventId }: Call): Answer {
  const words = query.choice('kinds', changeKinds);
  const after = query.one('after');
  const refused = query.problem();
  if (refused !== null) return problem(refused);
  const kinds = changeKinds.filter((kind): kind is ChangeKind => words?.includes(kind) ?? true);
  // A browser that connects again repeats the address, and says in the header how far it has come since.
  return streams.open({ after: lastEventId ?? after ?? null, kinds });
}
