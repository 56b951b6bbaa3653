import { expect } from 'chai';
import fc from 'fast-check';
import { parseTable, placeTable } from '../../../src/adapters/files/parse-table.js';

function rowsOf(text: string): readonly (readonly string[])[] {
  const read = parseTable('tables/hosts.csv', text);
  if (!read.ok) throw new Error(JSON.stringify(read.issue));
  return [read.table.columns, ...read.table.rows];
}

function issueOf(text: string): readonly [number, string] {
  const read = parseTable('tables/hosts.csv', text);
  if (read.ok) throw new Error('there is nothing wrong with it');
  expect(read.issue).to.include({ level: 'error', code: 'bad-table' });
  return [read.issue.place.line, read.issue.message];
}

describe('a table', () => {
  it('gives back the cells that were written into it, whatever they are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r\n', ' ', '1') });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc
          .array(fc.array(text, { minLength: width, maxLength: width }), { maxLength: 5 })
          .map((rows) => [Array.from({ length: width }, (_, column) => `c${column}`), ...rows]),
      );
    const quote = (cell: string): string =>
      /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, ended) => {
        const written = rows.map((row) => row.map(quote).join(',')).join(end) + (ended ? end : '');
        expect(rowsOf(written)).to.deep.equal(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('is called by its path in the folder, and knows in which line a row begins', () => {
    const read = parseTable('tables/eu/hosts.csv', '\uFEFFhost,rack\r\n\r\n"a\nb",1\r\nc,2\r\n');
    if (!read.ok) throw new Error(read.issue.message);
    const { name, columns, place } = placeTable(read.table);
    expect([name, ...columns]).to.deep.equal(['eu/hosts', 'host', 'rack']);
    expect([-1, 0, 1].map((row) => place(row).line)).to.deep.equal([1, 3, 5]);
  });

  for (const [text, line, message] of [
    ['', 1, 'The table is empty.'],
    ['a,b,a\n', 1, 'The column "a" stands here twice.'],
    ['a,b\n\n1,2\n3\n', 4, 'This row has 1 cells, and there are 2 columns.'],
    ['a,b\n1,"2\n', 2, 'A quote is never closed, or something stands beside it.'],
    ['a,b\n1,"2"x\n', 2, 'A quote is never closed, or something stands beside it.'],
  ] as const) {
    it(`is refused where it can not be read: ${JSON.stringify(text)}`, () => {
      expect(issueOf(text)).to.deep.equal([line, message]);
    });
  }
});
