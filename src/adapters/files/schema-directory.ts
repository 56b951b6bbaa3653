import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the JSON Schemas: `schemas/` beside the package.json that is nearest above the given module.
 * Compiled code lies some folders deeper than the sources, and both find the same one. Throws where there is none.
 */
export function schemaDirectory(moduleUrl: string = import.meta.url): string {
  const start = dirname(fileURLToPath(moduleUrl));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'schemas');
    if (folder === dirname(folder)) throw new Error(`No package.json above ${start}.`);
  }
}
