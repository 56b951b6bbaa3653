import { isScalar, visit, type Document, type YAMLError } from 'yaml';

/** A syntax error in words for those who don't know the grammar of YAML, at an offset into the file's text. */
export interface ToldYamlError {
  readonly offset: number;
  readonly message: string;
  readonly hint: string | null;
}

interface Told {
  readonly message?: string;
  readonly hint: string;
}

const sameColumn = 'Keys of one map, and the dashes of one list, begin at the same column.';

/** `document` and `text` are those that the error is of. */
export function explainYamlError(error: YAMLError, document: Document.Parsed, text: string): ToldYamlError {
  const offset = error.pos[0];
  if (/Missing closing ['"]quote/.test(error.message)) {
    return {
      offset: openQuote(document, offset),
      message: 'This quote is never closed.',
      hint: 'Close it on the line on which the text ends.',
    };
  }
  const told = tellers[error.code]?.(error.message, restOfLine(text, offset));
  return { offset, message: told?.message ?? `${error.message}.`, hint: told?.hint ?? null };
}

/** What these errors come of most often. `rest` is the text from the error to the end of its line. */
const tellers: Partial<Record<YAMLError['code'], (message: string, rest: string) => Told | null>> = {
  BLOCK_AS_IMPLICIT_KEY: (message, rest) =>
    message.includes('mappings') && /: /.test(rest)
      ? { message: 'A text with ": " in it must stand in quotes.', hint: `Write '${rest.trim()}'.` }
      : { message: 'This line, or the next, begins at another column than it may.', hint: sameColumn },
  BLOCK_IN_FLOW: () => ({ hint: 'Inside of [ ] and { } a text with ": " in it must stand in quotes.' }),
  BAD_SCALAR_START: (_message, rest) => ({
    message: `A text can not begin with "${rest.charAt(0)}".`,
    hint: 'Put it in quotes.',
  }),
  BAD_ALIAS: () => ({ hint: 'A text that begins with * or & must stand in quotes.' }),
  BAD_DQ_ESCAPE: () => ({
    hint: String.raw`Write the text in single quotes, in which \ is just itself, or \\ for one.`,
  }),
  MULTILINE_IMPLICIT_KEY: () => ({
    message: 'This is no key with a value.',
    hint: 'Write a blank behind the colon; a text of several lines needs quotes, or | behind its key.',
  }),
  BAD_INDENT: tellUnclosed,
  MISSING_CHAR: tellUnclosed,
  UNEXPECTED_TOKEN: tellUnexpected,
};

function tellUnclosed(message: string): Told {
  const closing = /end with a ([\]}])/.exec(message)?.[1];
  if (closing === undefined) return { hint: sameColumn };
  const opening = closing === ']' ? '[' : '{';
  return {
    message: `What begins with ${opening} is not closed before here.`,
    hint: `Add the ${closing}, and indent the lines between the two.`,
  };
}

function tellUnexpected(message: string): Told | null {
  if (message.includes('at node end')) {
    return {
      message: 'Something stands behind the end of a text.',
      hint: `Inside of single quotes ' is written twice, inside of double quotes " as \\".`,
    };
  }
  const closing = /"([\]}])"$/.exec(message)?.[1];
  if (closing !== undefined)
    return { message: `Nothing was opened that this ${closing} closes.`, hint: 'Remove it.' };
  if (message.includes('same line with key')) {
    return {
      message: 'A list begins on the line below its key.',
      hint: 'Put the - there, or write [one, two].',
    };
  }
  if (message.startsWith('Block scalar header'))
    return { hint: 'Begin the text on the line below the | or >.' };
  return null;
}

function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return (end < 0 ? text.slice(offset) : text.slice(offset, end)).trimEnd();
}

/** Where the quoted text begins that is not closed at the offset. */
function openQuote(document: Document.Parsed, offset: number): number {
  let opened = offset;
  visit(document, {
    Scalar: (_key, node) => {
      const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      if (quoted && node.range && node.range[0] < offset) opened = node.range[0];
    },
  });
  return opened;
}
