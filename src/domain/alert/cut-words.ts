/** A text cut into its words: where capitals, digits, blanks and signs say that one ends and the next begins. */
export interface CutText {
  /** The words in lower case, nothing between them. */
  readonly letters: string;
  /** Where each word begins in `letters`, ascending. */
  readonly starts: readonly number[];
}

/** `OOMKilled` is OOM and Killed; a number keeps the small letters behind it (`5xx`); everything else separates. */
const word = /[\p{Lu}\p{Lt}]+(?![\p{Ll}\p{M}])|[\p{Lu}\p{Lt}]?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{N}+\p{Ll}*/gu;

/** So many names are remembered, and one text that is longer than a name: many rules ask about one in turn. */
const remembered = 2_000;
const longestName = 120;
const names = new Map<string, CutText>();
let newest: { readonly text: string; readonly cut: CutText } = { text: '', cut: { letters: '', starts: [] } };

export function cutWords(text: string): CutText {
  if (text.length > longestName) {
    if (newest.text !== text) newest = { text, cut: cut(text) };
    return newest.cut;
  }
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= remembered) names.clear();
  const fresh = cut(text);
  names.set(text, fresh);
  return fresh;
}

function cut(text: string): CutText {
  let letters = '';
  const starts: number[] = [];
  for (const [found] of text.matchAll(word)) {
    starts.push(letters.length);
    letters += found.toLowerCase();
  }
  return { letters, starts };
}
