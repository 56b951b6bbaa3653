import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { presentSummary } from '../adapters/http/present-summary.js';
import { openDataDirectory } from '../adapters/sqlite/data-directory.js';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { readQuestion, type AskedReport } from '../app/report-question.js';
import { createSummarizeIncidents } from '../app/summarize-incidents.js';
import { TocsinError } from '../app/tocsin-error.js';
import type { createProgress } from './progress.js';
import type { ReportResult } from './report-result.js';

/** Makes the report of a data directory that nobody serves from, as of its last commit. Holds it meanwhile. */
export async function readStoredReport(from: {
  readonly directory: string;
  readonly asked: AskedReport;
  readonly progress: ReturnType<typeof createProgress>;
}): Promise<ReportResult> {
  const read = readQuestion(from.asked, { now: systemClock.now(), timezone: 'UTC' });
  if (!read.ok) return read;
  const directory = resolve(from.directory);
  if (!existsSync(join(directory, 'store.db'))) {
    throw new TocsinError(
      `There is no store in ${directory}. Name the directory that a Tocsin served from.`,
      {
        code: 'data-directory-unusable',
        retriable: false,
      },
    );
  }
  const held = await openDataDirectory({ directory }).catch((error: unknown) => {
    throw whereToAsk(error, directory);
  });
  try {
    const store = await openSqliteStore({ directory });
    try {
      const summary = await createSummarizeIncidents({ views: store })(read.question, (incidents) => {
        from.progress.show(`${incidents} incidents read`);
      });
      return { ok: true, summary: presentSummary(summary) };
    } finally {
      await store.close();
    }
  } finally {
    await held.release();
  }
}

function whereToAsk(error: unknown, directory: string): unknown {
  if (!(error instanceof TocsinError) || error.code !== 'data-directory-in-use') return error;
  return new TocsinError(
    `A Tocsin serves from ${directory}: ask it, with --url instead of --data-dir. (${error.message})`,
    { code: error.code, retriable: false, cause: error },
  );
}
