import { cutWords, headLength, type CutText } from './cut-words.js';

interface WordPattern {
  /** One word or several that stand side by side, as `CutText` has them. */
  readonly letters: string;
  /** Whether the last word may go on. */
  readonly open: boolean;
}

/** What people look for in a text, by the first two letters: a text is read once, however long the list. */
export interface WordList {
  readonly source: readonly string[];
  readonly byHead: ReadonlyMap<string, readonly WordPattern[]>;
}

/** Null where a text is no word: shorter than a head, or with a `*` that does not end it. */
export function readWord(text: string): WordPattern | null {
  const open = text.endsWith('*');
  const stem = open ? text.slice(0, -1) : text;
  const { letters } = cutWords(stem);
  return stem.includes('*') || letters.length < headLength ? null : { letters, open };
}

/** Texts that are no words are left out: whoever compiles a list has told the user. */
export function createWordList(source: readonly string[]): WordList {
  const byHead = new Map<string, WordPattern[]>();
  for (const text of source) {
    const pattern = readWord(text);
    if (pattern === null) continue;
    const head = pattern.letters.slice(0, headLength);
    const others = byHead.get(head);
    if (others === undefined) byHead.set(head, [pattern]);
    else others.push(pattern);
  }
  return { source, byHead };
}

/** Whether one of the words stands in the text, whichever way the text is spelled: DiskFull, disk_full, `Disk full`. */
export function hasWord(list: WordList, text: string): boolean {
  const cut = cutWords(text);
  for (let index = 0; index < cut.heads.length; index += 1) {
    const candidates = list.byHead.get(cut.heads[index] as string);
    if (candidates === undefined) continue;
    for (const pattern of candidates) if (standsAt(pattern, cut, cut.starts[index] as number)) return true;
  }
  return false;
}

function standsAt({ letters, open }: WordPattern, cut: CutText, start: number): boolean {
  if (!cut.letters.startsWith(letters, start)) return false;
  const end = start + letters.length;
  return open || end === cut.letters.length || cut.starts.includes(end);
}
