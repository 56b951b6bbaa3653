import { LineCounter } from 'yaml';
import type { ParsedBundle } from '../../app/ports.js';
import type { BundleFiles } from '../../domain/rules/bundle.js';
import { parseFile, placesOf, type ParsedFile, type ParseOptions } from './parse-file.js';
import { placeTable } from './parse-table.js';

/** Syntax and schema of all files, every finding at once. */
export function parseBundle(files: BundleFiles, options: ParseOptions): ParsedBundle {
  return joinFiles([...files].map(([file, text]) => parseFile(file, text, options)));
}

/** What files say together; documents and tables only when there is no error in any of them. */
export function joinFiles(parsed: readonly ParsedFile[]): ParsedBundle {
  const issues = parsed.flatMap((one) => one.issues);
  if (issues.length > 0) return { documents: [], tables: [], issues };
  return {
    documents: parsed.flatMap(({ file, documents, lineStarts }) => {
      const lineCounter = new LineCounter();
      lineCounter.lineStarts = lineStarts;
      return documents.map(({ kind, body, positions }) => ({
        ...{ file, kind, body, place: placesOf(file, positions, lineCounter) },
      }));
    }),
    tables: parsed.flatMap(({ table }) => (table === null ? [] : [placeTable(table)])),
    issues,
  };
}
