import { openDataDirectory } from '../../../src/adapters/sqlite/data-directory.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';

/** The other process of data-directory.test.ts: takes the directory and keeps it until its standard input ends. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Which directory?');
try {
  await openDataDirectory({ directory });
  process.stdout.write('held\n');
  process.stdin.resume();
} catch (error) {
  if (!(error instanceof TocsinError)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}
