import { inOrder } from '../adapters/files/format-issues.js';
import type { Issue } from '../domain/rules/bundle.js';
import { docsOf } from '../domain/rules/finding-code.js';

/** Findings as workflow commands, by which GitHub Actions annotates lines of a change. `directory` as for SARIF. */
export function formatAnnotations(issues: readonly Issue[], directory: string): string {
  return inOrder(issues)
    .map((issue) => {
      const { file, line, column } = issue.place;
      const path = directory === '' ? file : `${directory}/${file}`;
      const title = issue.rule === null ? issue.code : `${issue.code} (${issue.rule})`;
      const about = [
        ['file', path],
        ['line', line],
        ['col', column],
        ['title', title],
      ] as const;
      const properties = about.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',');
      return `::${issue.level} ${properties}::${escapeText(textOf(issue))}\n`;
    })
    .join('');
}

function textOf({ message, hint, code }: Issue): string {
  return [message, ...(hint === null ? [] : [hint]), `More: ${docsOf(code)}`].join('\n');
}

/** A command is one line: what could end it, or what could be taken for such an escape, is written as its code. */
function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
