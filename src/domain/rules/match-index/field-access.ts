import type { Field, FieldValue } from '../../alert/matcher.js';
import { cutWords } from '../../alert/cut-words.js';
import type { AccessKind, AccessPoint } from './access-point.js';
import { createTextTrie, type TextTrie } from './text-trie.js';

/** Finds what is filed under the points that a value of one field has. */
export interface FieldAccess<T> {
  readonly field: Field;
  /** `undefined`: the field is missing. */
  find(value: FieldValue | undefined, into: T[]): void;
}

/** What is filed under one point. */
export interface Filed<T> extends AccessPoint {
  readonly item: T;
}

type Look<T> = (text: string, into: T[]) => void;

/** All points are of the one field, no two the same. */
export function createFieldAccess<T>(field: Field, filed: readonly Filed<T>[]): FieldAccess<T> {
  const equal = new Map(filed.filter(({ kind }) => kind === 'equal').map(({ text, item }) => [text, item]));
  const [missing] = filed.filter(({ kind }) => kind === 'missing');
  const [present] = filed.filter(({ kind }) => kind === 'present');
  const looks = looksOf(filed);
  return {
    field,
    find(value, into) {
      if (value === undefined) {
        if (missing !== undefined) into.push(missing.item);
        return;
      }
      const text = typeof value === 'string' ? value : String(value);
      const item = equal.get(text);
      if (item !== undefined) into.push(item);
      if (present !== undefined) into.push(present.item);
      for (const look of looks) look(text, into);
    },
  };
}

/** A way to look for many texts in one. */
interface Way {
  readonly kind: AccessKind;
  /** A text as the trie has it. */
  write(text: string): string;
  find<T>(texts: TextTrie<T>, within: string, into: T[]): void;
}

const ways: readonly Way[] = [
  {
    kind: 'prefix',
    write: (text) => text,
    find(texts, within, into) {
      texts.find(within, 0, into);
    },
  },
  {
    kind: 'suffix',
    write: backwards,
    find(texts, within, into) {
      texts.find(backwards(within), 0, into);
    },
  },
  {
    kind: 'contains',
    write: (text) => text,
    find(texts, within, into) {
      for (let start = 0; start < within.length; start += 1) texts.find(within, start, into);
    },
  },
  {
    // Letters at the beginning of a word: whether a word ends where they do is left to the matcher.
    kind: 'words',
    write: (text) => text,
    find(texts, within, into) {
      const { letters, starts } = cutWords(within);
      for (const start of starts) texts.find(letters, start, into);
    },
  },
];

function looksOf<T>(filed: readonly Filed<T>[]): readonly Look<T>[] {
  return ways.flatMap((way) =>
    [false, true].flatMap((folded): readonly Look<T>[] => {
      const own = filed.filter((each) => each.kind === way.kind && each.folded === folded);
      if (own.length === 0) return [];
      const texts = createTextTrie(new Map(own.map(({ text, item }) => [way.write(text), item])));
      return [
        (value, into) => {
          way.find(texts, folded ? value.toLowerCase() : value, into);
        },
      ];
    }),
  );
}

/** By code units: what it is compared with is turned round in the same way. */
function backwards(text: string): string {
  let turned = '';
  for (let index = text.length - 1; index >= 0; index -= 1) turned += text[index] as string;
  return turned;
}
