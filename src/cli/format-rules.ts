import type { PresentedRule, PresentedRules } from '../adapters/http/present-rules.js';
import { formatTable } from './format-table.js';
import { printable } from './printable.js';

const head = ['rule', 'kind', 'status', 'hits', 'last hit', 'stands at'];

/** Rules as a table, and below it what is wrong or new with any of them. */
export function formatRules(
  { revision, lastReloadError }: PresentedRules,
  items: readonly PresentedRule[],
): string {
  const rows = items.map((rule) => [
    ...[rule.id, rule.kind, statusOf(rule), String(rule.hits), rule.lastHitAt ?? '-'],
    `${rule.file}:${rule.line}`,
  ]);
  const failed =
    lastReloadError === null
      ? []
      : [`The last reload was refused at ${lastReloadError.at}: ${printable(lastReloadError.message)}`];
  const parts = [
    `rules ${revision}: ${items.length}`,
    formatTable(head, rows),
    [...failed, ...items.flatMap(notesOf)].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function statusOf({ status, canary, broken, warming }: PresentedRule): string {
  return [
    status,
    ...(canary === null ? [] : [`canary ${canary.percent} %`]),
    ...(broken === null ? [] : ['broken']),
    ...(warming === null ? [] : ['warming']),
  ].join(', ');
}

function notesOf({ id, file, line, broken, warming }: PresentedRule): readonly string[] {
  const place = `${id} (${file}:${line})`;
  return [
    ...(broken === null
      ? []
      : [
          `${place} breaks and is skipped, since ${broken.since}, last at ${broken.lastAt}: ${printable(broken.error)}`,
        ]),
    ...(warming === null
      ? []
      : [`${place} begins anew since ${warming.since}, ${endOf(warming.until)}. ${warming.loses}`]),
  ];
}

function endOf(until: string | null): string {
  return until === null ? 'as long as incidents stay open' : `until ${until}`;
}
