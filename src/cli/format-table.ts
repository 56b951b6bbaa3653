import { printable } from './printable.js';

/** Wider than this no cell is printed: what senders and people wrote can be of any length. */
const widest = 60;

/** Rows under a head, columns aligned and two blanks apart, numbers to the right; nothing for no rows. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = [head, ...rows].map((row) => row.map(shortened));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const right = head.map((_, column) => rows.every((row) => isNumeric(row[column] ?? '')));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return right[column] === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isNumeric(cell: string): boolean {
  return cell === '-' || /^\d[\d.]*(?:%|[dhms\d]*)$/.test(cell);
}

function shortened(text: string): string {
  const plain = printable(text);
  return plain.length <= widest ? plain : `${plain.slice(0, widest - 1)}…`;
}
