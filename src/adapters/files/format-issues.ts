import { styleText } from 'node:util';
import type { BundleFiles, Issue } from '../../domain/rules/bundle.js';
import { docsOf } from '../../domain/rules/finding-code.js';
import { createFramer } from './code-frame.js';

/** Findings as people read them in a terminal: place, message, code frame, hint, where to read more; then the counts. */
export function formatIssues(
  issues: readonly Issue[],
  files: BundleFiles,
  options: { readonly color: boolean; /** Folder to print before each path. */ readonly directory?: string },
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const prefix = options.directory === undefined ? '' : `${options.directory.replace(/\/+$/, '')}/`;
  const frameOf = createFramer(files);
  const parts = inOrder(issues).map((issue) => {
    const { file, line, column } = issue.place;
    const level = paint(issue.level === 'error' ? 'red' : 'yellow', issue.level);
    const rule = issue.rule === null ? '' : ` (${issue.rule})`;
    const frame = frameOf(issue.place);
    return [
      `${level} ${paint('bold', `${prefix}${file}:${line}:${column}`)} ${paint('cyan', issue.code)}${rule}`,
      `  ${issue.message}`,
      ...(frame === '' ? [] : [frame]),
      ...(issue.hint === null ? [] : [`  hint: ${issue.hint}`]),
      `  more: ${docsOf(issue.code)}`,
    ].join('\n');
  });
  const { errors, warnings } = countIssues(issues);
  return [...parts, `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`].join('\n\n');
}

/** Findings for programs. */
export function issuesAsJson(issues: readonly Issue[]) {
  return {
    ...countIssues(issues),
    issues: inOrder(issues).map(({ place, ...issue }) => ({ ...issue, ...place, docs: docsOf(issue.code) })),
  };
}

function countIssues(issues: readonly Issue[]): { errors: number; warnings: number } {
  const errors = issues.filter((issue) => issue.level === 'error').length;
  return { errors, warnings: issues.length - errors };
}

/** By their places. */
export function inOrder(issues: readonly Issue[]): Issue[] {
  return [...issues].sort(
    (a, b) =>
      (a.place.file < b.place.file ? -1 : Number(a.place.file > b.place.file)) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
