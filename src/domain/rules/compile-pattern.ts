import type { RE2JS } from 're2js';
import { compileRegex, type CompiledRegex } from '../alert/compile-regex.js';
import type { Test } from '../alert/matcher.js';
import type { Compilation } from './matcher-context.js';
import { report } from './matcher-problem.js';
import { readText, type Operation } from './operation.js';

const shorten = 'split it into several tests under any, or list the values with in';

/** What to do about a pattern that was refused. */
export const patternHints: Readonly<
  Record<'regex-too-long' | 'regex-too-complex' | 'regex-invalid', string>
> = {
  'regex-too-long': shorten,
  'regex-too-complex':
    'write + or * instead of counts such as {1,30}, which are unfolded and multiply; if it has to be, raise limits.regexLength in bundle.yaml',
  'regex-invalid': 'patterns are RE2, as in Prometheus',
};

export function compileGlob(operation: Operation, compilation: Compilation): Test | null {
  const source = readText(operation, compilation);
  if (source === null) return null;
  const { regexLength } = compilation.context;
  if (source.length > regexLength) {
    const message = `the pattern is ${source.length} characters long, at most ${regexLength} are allowed`;
    report(compilation, { pointer: operation.pointer, code: 'regex-too-long', message, hint: shorten });
    return null;
  }
  // The limit is for what the user wrote; quoting makes it longer.
  const compiled = compileRegex(globToRegex(source, operation.ignoreCase), Infinity);
  const pattern = takePattern(compiled, operation.pointer, compilation);
  return pattern === null ? null : { op: 'glob', source, pattern };
}

/** `*` is any text and `?` any one character; everything else is itself. */
function globToRegex(glob: string, ignoreCase: boolean): string {
  const body = glob
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return (ignoreCase ? '(?si)' : '(?s)') + body;
}

export function compilePattern(
  op: 'regex' | 'search',
  operation: Operation,
  compilation: Compilation,
): Test | null {
  const source = readText(operation, compilation);
  if (source === null) return null;
  const compiled = compileRegex(source, compilation.context.regexLength);
  const pattern = takePattern(compiled, operation.pointer, compilation);
  if (pattern === null) return null;
  if (op === 'regex') warnOfAnchors(source, operation.pointer, compilation);
  return { op, source, pattern };
}

/** The pattern, or null after reporting why there is none. */
export function takePattern(
  compiled: CompiledRegex,
  pointer: string,
  compilation: Compilation,
): RE2JS | null {
  if (compiled.ok) return compiled.pattern;
  const { reason, error } = compiled;
  report(compilation, { pointer, code: reason, message: error, hint: patternHints[reason] });
  return null;
}

/** Warns of `^` and `$` around a pattern that is anchored anyway. */
export function warnOfAnchors(source: string, pointer: string, compilation: Compilation): void {
  if (!source.startsWith('^') && !/(?:^|[^\\])(?:\\\\)*\$$/.test(source)) return;
  report(compilation, {
    pointer,
    code: 'regex-anchors-redundant',
    level: 'warning',
    message: `"${source}" is anchored anyway: a regex must match the whole value`,
    hint: 'leave ^ and $ out; to find a part of the value use search',
  });
}
