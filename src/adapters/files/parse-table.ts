import type { Issue } from '../../domain/rules/bundle.js';
import type { BundleTable } from '../../domain/rules/bundle-table.js';

/** One line of a table, and where it begins. */
interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A table as plain data, which can be handed to another thread. */
export interface PlainTable extends Pick<BundleTable, 'name' | 'columns' | 'rows'> {
  readonly file: string;
  /** On which line each row begins, before them that of the columns. */
  readonly lines: readonly number[];
}

export type ParsedTable =
  { readonly ok: true; readonly table: PlainTable } | { readonly ok: false; readonly issue: Issue };

/** Reads a table as RFC 4180 has it: commas, cells with commas, breaks or quotes in double quotes, the columns' names first. */
export function parseTable(file: string, text: string): ParsedTable {
  const read = readLines(text.replace(/^\uFEFF/, ''));
  if ('message' in read) return refuse({ file, ...read });
  const [head, ...rows] = read.lines;
  if (head === undefined) return refuse({ file, line: 1, message: 'The table is empty.' });
  const columns = head.cells;
  if (columns.length === 1 && /[;\t]/.test(columns[0] ?? '')) {
    const message = 'Cells are separated by commas, and there is none in this line.';
    return refuse({ file, line: head.line, message });
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) {
    const message = `The column "${twice}" stands here twice.`;
    return refuse({ file, line: head.line, message });
  }
  const uneven = rows.find(({ cells }) => cells.length !== columns.length);
  if (uneven !== undefined) {
    const { line, cells } = uneven;
    const message = `This row has ${cells.length} cells, and there are ${columns.length} columns.`;
    return refuse({ file, line, message });
  }
  const name = file.replace(/^[^/]*\//, '').replace(/\.csv$/, '');
  const lines = read.lines.map(({ line }) => line);
  return { ok: true, table: { file, name, columns, rows: rows.map(({ cells }) => cells), lines } };
}

export function placeTable({ file, name, columns, rows, lines }: PlainTable): BundleTable {
  const [head = 1, ...ofRows] = lines;
  return { name, columns, rows, place: (row) => ({ file, line: ofRows[row] ?? head, column: 1 }) };
}

function refuse(at: { readonly file: string; readonly line: number; readonly message: string }): ParsedTable {
  const { file, line, message } = at;
  const hint =
    'Write the names of the columns into the first line, and a cell for each of them into every other.';
  const place = { file, line, column: 1 };
  return {
    ok: false,
    issue: { level: 'error', code: 'bad-table', message, place, rule: null, hint, pointer: '' },
  };
}

/** A cell in quotes, or one without; then what ends it. */
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/** Lines that are empty are left out. */
function readLines(
  text: string,
): { readonly lines: readonly Line[] } | { readonly message: string; readonly line: number } {
  const lines: Line[] = [];
  let cells: string[] = [];
  let [line, begin] = [1, 1];
  for (cell.lastIndex = 0; cell.lastIndex < text.length;) {
    const found = cell.exec(text);
    if (found === null) return { message: 'A quote is never closed, or something stands beside it.', line };
    const [, quoted, plain = '', end = ''] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += (quoted?.match(/\r\n|\n|\r/g) ?? []).length;
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (end === ',') cells.push('');
    if (cells.length > 1 || cells[0] !== '') lines.push({ cells, line: begin });
    cells = [];
    line += 1;
    begin = line;
  }
  return { lines };
}
