import { expect } from 'chai';
import { codeFrame } from '../../../src/adapters/files/code-frame.js';
import { formatIssues, issuesAsJson } from '../../../src/adapters/files/format-issues.js';
import type { Issue } from '../../../src/domain/rules/bundle.js';

const files = new Map([['a.yaml', 'kind: Teams\nteams:\n\t- { id: a }\n']]);

const wrong: Issue = {
  level: 'error',
  code: 'unknown-key',
  message: 'Unknown key "teems".',
  place: { file: 'a.yaml', line: 2, column: 1 },
  rule: null,
  hint: 'Did you mean "teams"?',
  pointer: '/teems',
};
const doubtful: Issue = {
  ...wrong,
  level: 'warning',
  code: 'never-true',
  message: 'Nothing matches.',
  place: { file: 'a.yaml', line: 1, column: 7 },
  rule: 'disk',
  hint: null,
};

describe('code frame', () => {
  it('shows the line, the one before it and a caret under the column', () => {
    expect(codeFrame('one\ntwo\nthree', { line: 2, column: 3 })).to.equal('  1 | one\n> 2 | two\n    |   ^');
  });

  it('lines numbers of different length up', () => {
    const text = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(codeFrame(text, { line: 10, column: 1 })).to.equal('   9 | line 9\n> 10 | line 10\n     | ^');
  });

  it('keeps tabs before the caret', () => {
    expect(codeFrame('\tx: 1', { line: 1, column: 2 })).to.equal('> 1 | \tx: 1\n    | \t^');
  });

  it('is empty for a line that is not there', () => {
    expect(codeFrame('one', { line: 9, column: 1 })).to.equal('');
  });
});

describe('findings in a terminal', () => {
  it('come in order of their places, with counts at the end', () => {
    expect(formatIssues([wrong, doubtful], files, { color: false, directory: './rules/' })).to.equal(
      [
        'warning ./rules/a.yaml:1:7 never-true (disk)',
        '  Nothing matches.',
        '> 1 | kind: Teams',
        '    |       ^',
        '  more: docs/lint.md#never-true',
        '',
        'error ./rules/a.yaml:2:1 unknown-key',
        '  Unknown key "teems".',
        '  1 | kind: Teams',
        '> 2 | teams:',
        '    | ^',
        '  hint: Did you mean "teams"?',
        '  more: docs/lint.md#unknown-key',
        '',
        '1 error, 1 warning',
      ].join('\n'),
    );
  });

  it('say so when there is nothing to say', () => {
    expect(formatIssues([], files, { color: false })).to.equal('0 errors, 0 warnings');
  });

  it('do without a frame where the file is not there', () => {
    const missing = { ...wrong, place: { file: 'routing.yaml', line: 1, column: 1 }, hint: null };
    expect(formatIssues([missing], files, { color: false })).to.equal(
      'error routing.yaml:1:1 unknown-key\n  Unknown key "teems".\n  more: docs/lint.md#unknown-key\n\n1 error, 0 warnings',
    );
  });

  it('are coloured when asked', () => {
    const escape = String.fromCharCode(27);
    expect(formatIssues([wrong], files, { color: true })).to.contain(`${escape}[31merror${escape}[39m`);
    expect(formatIssues([wrong], files, { color: false })).not.to.contain(escape);
  });
});

describe('findings as JSON', () => {
  it('carry place, counts and everything else, in order', () => {
    const json = issuesAsJson([wrong, doubtful]);
    expect(json).to.deep.include({ errors: 1, warnings: 1 });
    expect(json.issues.map(({ code }) => code)).to.deep.equal(['never-true', 'unknown-key']);
    expect(json.issues[1]).to.deep.equal({
      level: 'error',
      code: 'unknown-key',
      message: 'Unknown key "teems".',
      file: 'a.yaml',
      line: 2,
      column: 1,
      rule: null,
      hint: 'Did you mean "teams"?',
      pointer: '/teems',
      docs: 'docs/lint.md#unknown-key',
    });
  });
});
