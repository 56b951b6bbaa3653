/** A text that stands in each value that a pattern matches: it is the value, begins it, ends it, or is part of it. */
export interface Literal {
  readonly kind: 'equal' | 'prefix' | 'suffix' | 'contains';
  readonly text: string;
}

/**
 * One literal for each alternative of an RE2 pattern; null where an alternative has none. `search` may match anywhere. Whatever
 * is not plainly a literal ends it, and flags make all of it unclear: this may know too little, never too much.
 */
export function literalsOfPattern(source: string, op: 'regex' | 'search'): readonly Literal[] | null {
  if (/\(\?(?!:)|\\Q/.test(source)) return null;
  const literals: Literal[] = [];
  for (const alternative of splitAlternatives(source)) {
    const literal = literalOf(alternative, op);
    if (literal === null) return null;
    literals.push(literal);
  }
  return literals;
}

/** The pattern that the glob became tells whether capitals matter; if they don't, there is no literal. */
export function literalsOfGlob(glob: string, pattern: string): readonly Literal[] | null {
  if (!pattern.startsWith('(?s)')) return null;
  const [head = '', ...rest] = glob.split(/[*?]/);
  if (rest.length === 0) return [{ kind: 'equal', text: head }];
  if (head !== '') return [{ kind: 'prefix', text: head }];
  const tail = rest.at(-1) as string;
  if (tail !== '') return [{ kind: 'suffix', text: tail }];
  const middle = rest.find((piece) => piece !== '');
  return middle === undefined ? null : [{ kind: 'contains', text: middle }];
}

/** At each `|` outside groups and classes. */
function splitAlternatives(source: string): readonly string[] {
  const alternatives: string[] = [];
  let begin = 0;
  let depth = 0;
  for (let index = 0; index < source.length; index += 1) {
    const letter = source[index];
    if (letter === '\\') index += 1;
    else if (letter === '[') index = endOfClass(source, index);
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === '|' && depth === 0) {
      alternatives.push(source.slice(begin, index));
      begin = index + 1;
    }
  }
  return [...alternatives, source.slice(begin)];
}

/** A `]` that comes first in a class is one of its letters; `[:alpha:]` in it has brackets of its own. */
function endOfClass(source: string, begin: number): number {
  let index = source[begin + 1] === '^' ? begin + 2 : begin + 1;
  if (source[index] === ']') index += 1;
  while (index < source.length && source[index] !== ']') {
    if (source[index] === '\\') index += 1;
    else if (source.startsWith('[:', index)) index = Math.max(index, source.indexOf(':]', index) + 1);
    index += 1;
  }
  return index;
}

function literalOf(alternative: string, op: 'regex' | 'search'): Literal | null {
  const isAnchored = alternative.startsWith('^');
  const isLeading = op === 'regex' || isAnchored;
  const body = isAnchored ? alternative.slice(1) : alternative;
  const { text, rest } = readLiteral(body);
  if (isLeading && rest === '' && op === 'regex') return { kind: 'equal', text };
  if (text !== '') return { kind: isLeading ? 'prefix' : 'contains', text };
  const skipped = /^\.[*+]/.exec(rest);
  if (skipped === null) return null;
  const later = readLiteral(rest.slice(skipped[0].length));
  if (later.text === '') return null;
  return { kind: op === 'regex' && later.rest === '' ? 'suffix' : 'contains', text: later.text };
}

/** Reads letters that stand for themselves; one that may be missing or come again is none of them. */
function readLiteral(source: string): { readonly text: string; readonly rest: string } {
  let text = '';
  let rest = source;
  for (;;) {
    const next = /^(?:\\([!-/:-@[-`{-~])|([^\\^$.|?*+()[\]{}]))/u.exec(rest);
    if (next === null) return { text, rest };
    const after = rest.slice(next[0].length);
    if (/^[?*+{]/.test(after)) return { text, rest };
    text += next[1] ?? next[2] ?? '';
    rest = after;
  }
}
