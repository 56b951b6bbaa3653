import { expect } from 'chai';
import { LineCounter } from 'yaml';
import { parseYaml, placeAt, yamlFindings } from '../../../src/adapters/files/yaml-document.js';

/** What is told first of a text: `line:column message` and hint. */
function told(text: string): { readonly at: string; readonly message: string; readonly hint: string | null } {
  const lines = new LineCounter();
  const [finding] = parseYaml(text, lines).flatMap((document) => yamlFindings(document, text));
  if (finding === undefined) throw new Error(`nothing is wrong with ${text}`);
  const { line, column } = placeAt('x.yaml', finding.offset, lines);
  return { at: `${line}:${column}`, message: finding.message, hint: finding.hint };
}

describe('a mistake in YAML is told in words for those who do not know its grammar', () => {
  const mistakes: readonly [text: string, at: string, message: string, hint: string][] = [
    [
      'title: Disk: full on db',
      '1:8',
      'A text with ": " in it must stand in quotes.',
      "Write 'Disk: full on db'.",
    ],
    [
      'a: 1\n b: 2',
      '1:4',
      'This line, or the next, begins at another column than it may.',
      'begin at the same column',
    ],
    [
      'a:\n  - b\n - c',
      '3:1',
      'This line, or the next, begins at another column than it may.',
      'begin at the same column',
    ],
    ['a: @here', '1:4', 'A text can not begin with "@".', 'Put it in quotes.'],
    ['a: `ls`', '1:4', 'A text can not begin with "`".', 'Put it in quotes.'],
    ['a: 1\nb: "two\nc: 3\nd: 4\n', '2:4', 'This quote is never closed.', 'Close it'],
    ["a: [x, 'y]\n", '1:8', 'This quote is never closed.', 'Close it'],
    ["a: 'it's down'", '1:8', 'Something stands behind the end of a text.', "' is written twice"],
    ['a: "\\d+"', '1:5', 'Invalid escape sequence \\d.', 'in single quotes'],
    ['a: [b, c', '1:9', 'What begins with [ is not closed before here.', 'Add the ]'],
    ['a: { b: c', '1:10', 'What begins with { is not closed before here.', 'Add the }'],
    ['a: [b]]', '1:7', 'Nothing was opened that this ] closes.', 'Remove it.'],
    ['a: - b', '1:4', 'A list begins on the line below its key.', 'write [one, two]'],
    ['a:b\nc: d', '1:1', 'This is no key with a value.', 'a blank behind the colon'],
    ['a: |b', '1:5', 'Block scalar header includes extra characters: |b.', 'on the line below'],
    [
      'a: [b c: d: e]',
      '1:10',
      'Block collections are not allowed within flow collections.',
      'must stand in quotes',
    ],
    [
      'a: { <<: b }',
      '1:6',
      'YAML 1.2 has no merge keys, so << would be a key like any other.',
      'Write the keys out',
    ],
  ];
  for (const [text, at, message, hint] of mistakes) {
    it(`${JSON.stringify(text)}: ${message}`, () => {
      const { hint: advice, ...rest } = told(text);
      expect(rest).to.deep.equal({ at, message });
      expect(advice).to.contain(hint);
    });
  }
});
