import type { PresentedSummary } from '../adapters/http/present-summary.js';
import type { AskedReport } from '../app/report-question.js';
import { TocsinError } from '../app/tocsin-error.js';
import { callTocsin, type TocsinAnswer, unexpected } from './call-tocsin.js';
import type { createProgress } from './progress.js';
import type { ReportResult } from './report-result.js';

/** Long enough for a report over years, and for those that are made before it. */
const timeoutMs = 120_000;

/** Asks a running Tocsin. Rejects with TocsinError `server-unreachable` where none answers as one. */
export async function fetchReport(from: {
  readonly base: string;
  readonly asked: AskedReport;
  readonly progress: ReturnType<typeof createProgress>;
}): Promise<ReportResult> {
  const { base, asked, progress } = from;
  const timer = setInterval(() => {
    progress.show(`waiting for ${base}`);
  }, 250);
  try {
    const path = `api/v1/reports/summary?${queryOf(asked)}`;
    return read(await callTocsin(base, { method: 'GET', path, timeoutMs, unreachable: noReport }), base);
  } finally {
    clearInterval(timer);
  }
}

function queryOf({ by, ...asked }: AskedReport): string {
  return new URLSearchParams({ ...asked, ...(by !== undefined && { by: by.join(',') }) }).toString();
}

interface WrongParameter {
  readonly pointer: string;
  readonly message: string;
}

function read(answer: TocsinAnswer, base: string): ReportResult {
  const { status, body } = answer;
  if (status < 300 && body !== null && 'total' in body) {
    return { ok: true, summary: body as unknown as PresentedSummary };
  }
  const errors = body?.['errors'] as readonly WrongParameter[] | undefined;
  if (status === 400 && errors !== undefined) {
    return {
      ok: false,
      problems: errors.map(({ pointer, message }) => ({ name: pointer.replace('?', ''), message })),
    };
  }
  throw noReport(base, unexpected(answer));
}

function noReport(base: string, why: string, cause?: unknown): TocsinError {
  return new TocsinError(
    `There is no report from ${base}: ${why}. Name the Tocsin to ask with --url, or data that none serves from with --data-dir.`,
    { code: 'server-unreachable', retriable: true, cause },
  );
}
