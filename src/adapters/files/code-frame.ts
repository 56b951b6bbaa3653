/** The line a finding is on with the one before it and a caret under the column; '' for a line that isn't there. */
export function codeFrame(text: string, place: { readonly line: number; readonly column: number }): string {
  const lines = text.split(/\r?\n/);
  const line = lines[place.line - 1];
  if (line === undefined) return '';
  const width = String(place.line).length;
  const before = lines[place.line - 2];
  const frame = [`> ${String(place.line).padStart(width)} | ${line}`];
  if (before !== undefined) frame.unshift(`  ${String(place.line - 1).padStart(width)} | ${before}`);
  // Tabs are kept, so that the caret stands below its character however wide a terminal shows a tab.
  const indent = line.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
  frame.push(`  ${' '.repeat(width)} | ${indent}^`);
  return frame.join('\n');
}
