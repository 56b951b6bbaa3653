import type { BundleFiles, Place } from '../../domain/rules/bundle.js';

/** Frames of places in files, each of which is cut into lines once; '' for one that isn't there. */
export function createFramer(files: BundleFiles): (place: Place) => string {
  const linesOf = new Map<string, readonly string[]>();
  return (place) => {
    const text = files.get(place.file);
    if (text === undefined) return '';
    let lines = linesOf.get(place.file);
    if (lines === undefined) linesOf.set(place.file, (lines = linesIn(text)));
    return frameIn(lines, place);
  };
}

/** The line a finding is on with the one before it and a caret under the column; '' for a line that isn't there. */
export function codeFrame(text: string, place: Pick<Place, 'line' | 'column'>): string {
  return frameIn(linesIn(text), place);
}

function linesIn(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

function frameIn(lines: readonly string[], place: Pick<Place, 'line' | 'column'>): string {
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
