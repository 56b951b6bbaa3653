import { expect } from 'chai';
import { formatTable } from '../../src/cli/format-table.js';

describe('a table on the command line', () => {
  it('has columns that awk can split and people can read, numbers to the right', () => {
    const table = formatTable(
      ['TEAM', 'opened', 'MTTR', 'kept'],
      [
        ['payments', '1234', '3h5m', '97.5%'],
        ['-', '7', '-', '100.0%'],
      ],
    );
    expect(table).to.equal(
      [
        'TEAM      opened  MTTR    kept',
        'payments    1234  3h5m   97.5%',
        '-              7     -  100.0%',
      ].join('\n'),
    );
  });

  it('is nothing where there are no rows', () => {
    expect(formatTable(['TEAM'], [])).to.equal('');
  });

  it('lets nothing that came from outside move the cursor, colour the terminal or turn the line around', () => {
    const table = formatTable(['TITLE'], [['a\u001b[2Jb\nc\u202ed\u2028e']]);
    expect(table.split('\n')).to.deep.equal(['TITLE', 'a\ufffd[2Jb\ufffdc\ufffdd\ufffde']);
  });

  it('cuts what is too long', () => {
    const [, row = ''] = formatTable(['TITLE'], [['x'.repeat(500)]]).split('\n');
    expect(row).to.have.length(60).and.match(/…$/);
  });
});
