import type { Begun } from '../../app/change-feed.js';
import type { ChangeKind, ChangeNotice } from '../../app/change-notice.js';
import { presentInstant } from './present-instant.js';

/** How long a browser waits before it connects again, in ms. */
const retryMs = 3_000;

/** The event that says where the stream stands: all before its id is told or, after `start` and `reset`, to be read. */
export function presentBegin({ kind, cursor, rules }: Pick<Begun, 'kind' | 'cursor' | 'rules'>): Buffer {
  const data = { rulesRevision: revisionOf(rules) };
  return Buffer.from(`retry: ${retryMs}\n${eventText(kind, cursor, data)}`);
}

/** What a commit changed, of the kinds asked for (docs/openapi.yaml, Changes). */
export function presentChanges(
  notice: ChangeNotice,
  { kinds, cursor }: { readonly kinds: readonly ChangeKind[]; readonly cursor: string },
): Buffer {
  const data = {
    at: presentInstant(notice.at),
    rulesRevision: revisionOf(notice.rules),
    ...Object.fromEntries(kinds.map((kind) => [kind, notice[kind]])),
    omitted: Object.fromEntries(kinds.map((kind) => [kind, notice.omitted[kind]])),
  };
  return Buffer.from(eventText('changes', cursor, data));
}

/** JSON has no line ends of its own, so one line of data is enough. */
function eventText(event: string, id: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** As `/api/v1/rules` names it: the first digits of the hash. */
function revisionOf(rules: string | null): string | null {
  return rules === null ? null : rules.slice(0, 12);
}
