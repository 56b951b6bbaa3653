import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleReader } from '../../app/ports.js';
import { createBundleReader } from './bundle-reader.js';
import { parseBundle } from './parse-bundle.js';
import type { Schemas } from './parse-file.js';
import { createCheckDocument } from './schema-checker.js';

/** Folder of the tests inside a bundle. It is no part of the bundle's hash: who adds a test changes no rule. */
export const testsFolder = 'tests';

const testSchemas: Schemas = new Map([['RuleTest', 'test']]);

/** Reads and parses the tests in the folder of a bundle; none where it has no folder of tests. */
export function createRuleTestReader({
  directory,
}: {
  readonly directory: string;
}): Pick<BundleReader, 'read' | 'parse'> {
  const folder = join(directory, testsFolder);
  const reader = createBundleReader({ directory: folder });
  const checkDocument = createCheckDocument();
  return {
    read: async () => {
      if (!existsSync(folder)) return new Map();
      const files = await reader.read();
      return new Map([...files].map(([path, text]) => [`${testsFolder}/${path}`, text]));
    },
    parse: (files) => parseBundle(files, { checkDocument, schemas: testSchemas }),
  };
}
