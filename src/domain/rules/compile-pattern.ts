import type { RE2JS } from 're2js';
import { compileRegex } from '../alert/compile-regex.js';
import type { Test } from '../alert/matcher.js';
import type { Compilation, Spot } from './matcher-context.js';
import { report } from './matcher-problem.js';
import { readText, type Operation } from './operation.js';

export function compileGlob(operation: Operation, compilation: Compilation): Test | null {
  const source = readText(operation, compilation);
  if (source === null) return null;
  const { regexLength } = compilation.context;
  if (source.length > regexLength) {
    const message = `the pattern is ${source.length} characters long, at most ${regexLength} are allowed`;
    report(compilation, { pointer: operation.pointer, code: 'regex-too-long', message, hint: shorten });
    return null;
  }
  const pattern = compileChecked(globToRegex(source, operation.ignoreCase), operation, {
    anchored: true,
    maxLength: Infinity,
    compilation,
  });
  return pattern === null ? null : { op: 'glob', source, pattern };
}

const shorten = 'split it into several tests under any, or list the values with in';

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
  const maxLength = compilation.context.regexLength;
  const pattern = compileChecked(source, operation, { anchored: op === 'regex', maxLength, compilation });
  if (pattern === null) return null;
  if (op === 'regex') warnOfAnchors(source, operation.pointer, compilation);
  return { op, source, pattern };
}

/** Compiles a user's pattern or reports why it cannot be. */
export function compileChecked(
  source: string,
  spot: Spot,
  options: { readonly anchored: boolean; readonly maxLength: number; readonly compilation: Compilation },
): RE2JS | null {
  const compiled = compileRegex(source, options);
  if (compiled.ok) return compiled.pattern;
  const hint = compiled.reason === 'regex-too-long' ? shorten : 'patterns are RE2, as in Prometheus';
  report(options.compilation, {
    pointer: spot.pointer,
    code: compiled.reason,
    message: compiled.error,
    hint,
  });
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
