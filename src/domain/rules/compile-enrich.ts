import { checkReference, type BundleSpot } from './bundle-spot.js';
import type { Place } from './bundle.js';
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
export type Tables = ReadonlyMap<string, Lookup>;

/** A table, and what rules look up in it: those that ask for the same columns share it. */
export interface Lookup extends BundleTable {
  cellsOf(columns: Columns): Cells;
}

/** Indexes of the column that is looked up and of the one that is read. */
interface Columns {
  readonly keyed: number;
  readonly read: number;
}

interface Cells {
  /** Key → cell; without those from the first key on that stands twice. */
  readonly cells: ReadonlyMap<string, string>;
  /** Such a key, and the rows in which it stands first and again. */
  readonly twice: { readonly key: string; readonly rows: readonly [number, number] } | null;
}

export function createLookup(table: BundleTable): Lookup {
  const known = new Map<string, Cells>();
  return {
    ...table,
    cellsOf(columns) {
      const name = `${columns.keyed} ${columns.read}`;
      let cells = known.get(name);
      if (cells === undefined) known.set(name, (cells = readCells(table, columns)));
      return cells;
    },
  };
}

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
  const { cells, twice } = table.cellsOf({ keyed, read });
  if (twice !== null) {
    const [first, second] = twice.rows.map((row) => table.place(row)) as [Place, Place];
    here.report({
      code: 'bad-table',
      message: `"${twice.key}" stands twice in the column that is looked up: ${first.file}:${first.line} and line ${second.line}`,
      hint: 'Keep one of the two rows, or name another keyColumn',
    });
  }
  const target =
    label === undefined ? { into: 'annotations', name: annotation ?? '' } : { into: 'labels', name: label };
  return [{ ...(target as Pick<Enrichment, 'into' | 'name'>), key: resolved.field, cells }];
}

/** A key that stands twice would have two answers. */
function readCells(table: BundleTable, { keyed, read }: Columns): Cells {
  const cells = new Map<string, string>();
  const rows = new Map<string, number>();
  for (const [index, row] of table.rows.entries()) {
    const [key = '', cell = ''] = [row[keyed], row[read]];
    const earlier = rows.get(key);
    if (earlier !== undefined) return { cells, twice: { key, rows: [earlier, index] } };
    rows.set(key, index);
    if (key !== '' && cell !== '') cells.set(key, cell);
  }
  return { cells, twice: null };
}
