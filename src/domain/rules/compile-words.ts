import type { Test } from '../alert/matcher.js';
import { createWordList, readWord } from '../alert/word-list.js';
import { joinPointer } from './json-pointer.js';
import type { Compilation } from './matcher-context.js';
import { describe, report, unknownReference } from './matcher-problem.js';
import { speaksText, type Operation } from './operation.js';

/** `words: [down, fail*, out of memory]`, or a single one. */
export function compileWords(operation: Operation, compilation: Compilation): Test | null {
  const { raw, pointer } = operation;
  if (!speaksText(operation, compilation)) return null;
  const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (items.length === 0) {
    const message = 'the list of words is empty, so no text has one of them';
    report(compilation, { pointer, code: 'never-true', message, hint: 'write [down, unreachable]' });
  }
  const words: string[] = [];
  for (const [index, item] of items.entries()) {
    if (typeof item === 'string' && readWord(item) !== null) words.push(item);
    else
      reportWord(describe(item), {
        pointer: Array.isArray(raw) ? joinPointer(pointer, index) : pointer,
        compilation,
      });
  }
  return { op: 'words', list: createWordList(words) };
}

/** `wordsInList: id` of a list in the vocabulary. */
export function compileWordsInList(operation: Operation, compilation: Compilation): Test | null {
  const { raw, pointer } = operation;
  if (!speaksText(operation, compilation)) return null;
  const { lists } = compilation.context;
  const items = typeof raw === 'string' ? lists.get(raw) : undefined;
  if (items === undefined) {
    unknownReference('list', operation, { known: lists.keys(), problems: compilation.problems });
    return null;
  }
  const words = items.map(String);
  for (const item of words) {
    if (readWord(item) === null)
      reportWord(`the item "${item}" of the list "${String(raw)}"`, { pointer, compilation });
  }
  return { op: 'words', list: createWordList(words) };
}

function reportWord(what: string, at: { pointer: string; compilation: Compilation }): void {
  report(at.compilation, {
    pointer: at.pointer,
    code: 'type-mismatch',
    message: `${what} is no word to look for`,
    hint: 'write at least two letters or digits; a * may only end it, as in fail*',
  });
}
