/** A text cut into its words: where capitals, digits, blanks and signs say that one ends and the next begins. */
export interface CutText {
  /** The words in lower case, nothing between them. */
  readonly letters: string;
  /** Where each word begins in `letters`, ascending. */
  readonly starts: readonly number[];
  /** The first letters of each word, and of what follows where a word is shorter. */
  readonly heads: readonly string[];
}

/** Letters by which lists of words are looked up. */
export const headLength = 2;

/** `OOMKilled` is OOM and Killed; a number keeps the small letters behind it (`5xx`); everything else separates. */
const word = /[\p{Lu}\p{Lt}]+(?![\p{Ll}\p{M}])|[\p{Lu}\p{Lt}]?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{N}+\p{Ll}*/gu;

/** So many names are remembered, beside the text cut last, which may be longer: many rules ask about one in turn. */
const remembered = 2_000;
const longestName = 120;
const names = new Map<string, CutText>();
let last: { readonly text: string; readonly cut: CutText } = { text: '', cut: cut('') };

export function cutWords(text: string): CutText {
  if (last.text === text) return last.cut;
  last = { text, cut: names.get(text) ?? cut(text) };
  if (text.length <= longestName) {
    if (names.size >= remembered) names.clear();
    names.set(text, last.cut);
  }
  return last.cut;
}

function cut(text: string): CutText {
  let letters = '';
  const starts: number[] = [];
  for (const [found] of text.matchAll(word)) {
    starts.push(letters.length);
    letters += found.toLowerCase();
  }
  return { letters, starts, heads: starts.map((start) => letters.slice(start, start + headLength)) };
}
