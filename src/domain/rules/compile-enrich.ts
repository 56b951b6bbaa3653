import { checkReference, type BundleSpot } from './bundle-spot.js';
import type { BundleTable } from './bundle-table.js';
import type { MatcherContext } from './matcher-context.js';
import { resolveField } from './resolve-field.js';
import type { Enrichment } from './rule-set.js';

export interface RawEnrichment {
  readonly label?: string;
  readonly annotation?: string;
  readonly from: {
    readonly table: string;
    /** A field of the alert. */
    readonly key: string;
    /** The column that it is looked up in; absent: the first. */
    readonly keyColumn?: string;
    readonly column: string;
  };
}

/** The tables of a bundle by name. */
export type Tables = ReadonlyMap<string, BundleTable>;

/** `enrich` of a rule. */
export function compileEnrich(
  spot: BundleSpot,
  raw: readonly RawEnrichment[],
  context: { readonly matchers: MatcherContext; readonly tables: Tables },
): readonly Enrichment[] {
  return raw.flatMap((one, index) => compileOne(spot.at(index), one, context));
}

function compileOne(
  spot: BundleSpot,
  { label, annotation, from }: RawEnrichment,
  { matchers, tables }: { readonly matchers: MatcherContext; readonly tables: Tables },
): readonly Enrichment[] {
  const here = spot.at('from');
  const resolved = resolveField(from.key, matchers);
  if (!resolved.ok)
    here.at('key').report({ code: 'unknown-field', message: resolved.message, hint: resolved.hint });
  const table = tables.get(from.table);
  if (table === undefined) {
    checkReference(here.at('table'), { what: 'table', id: from.table, known: tables });
    return [];
  }
  const column = (key: 'keyColumn' | 'column', name: string): number => {
    const known = new Set(table.columns);
    checkReference(here.at(key), { what: `column of the table ${table.name}`, id: name, known });
    return table.columns.indexOf(name);
  };
  const keyed = from.keyColumn === undefined ? 0 : column('keyColumn', from.keyColumn);
  const read = column('column', from.column);
  if (!resolved.ok || keyed < 0 || read < 0) return [];
  const cells = readCells(here, table, { keyed, read });
  const target =
    label === undefined ? { into: 'annotations', name: annotation ?? '' } : { into: 'labels', name: label };
  return [{ ...(target as Pick<Enrichment, 'into' | 'name'>), key: resolved.field, cells }];
}

/** Key → cell. A key that stands twice would have two answers. */
function readCells(
  spot: BundleSpot,
  table: BundleTable,
  { keyed, read }: { readonly keyed: number; readonly read: number },
): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  const rows = new Map<string, number>();
  for (const [index, row] of table.rows.entries()) {
    const [key = '', cell = ''] = [row[keyed], row[read]];
    const earlier = rows.get(key);
    if (earlier !== undefined) {
      const [first, second] = [table.place(earlier), table.place(index)];
      spot.report({
        code: 'bad-table',
        message: `"${key}" stands twice in the column that is looked up: ${first.file}:${first.line} and line ${second.line}`,
        hint: 'Keep one of the two rows, or name another keyColumn',
      });
      return cells;
    }
    rows.set(key, index);
    if (key !== '' && cell !== '') cells.set(key, cell);
  }
  return cells;
}
