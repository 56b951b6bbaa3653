import type { PresentedSummary } from '../adapters/http/present-summary.js';
import type { AskedReport } from '../app/report-question.js';
import { TocsinError } from '../app/tocsin-error.js';
import type { createProgress } from './progress.js';
import type { ReportResult } from './report-result.js';

/** Long enough for a report over years, and for those that are made before it. */
const timeoutMs = 120_000;

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/** Asks a running Tocsin. Rejects with TocsinError `server-unreachable` where none answers as one. */
export async function fetchReport(from: {
  readonly base: string;
  readonly asked: AskedReport;
  readonly progress: ReturnType<typeof createProgress>;
}): Promise<ReportResult> {
  const url = addressOf(from.base, from.asked);
  const timer = setInterval(() => {
    from.progress.show(`waiting for ${from.base}`);
  }, 250);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    return await read(response, from.base);
  } catch (error) {
    throw error instanceof TocsinError ? error : unreachable(from.base, reasonOf(error), error);
  } finally {
    clearInterval(timer);
  }
}

function addressOf(base: string, { by, ...asked }: AskedReport): URL {
  const query = new URLSearchParams({ ...asked, ...(by !== undefined && { by: by.join(',') }) });
  const root = base.endsWith('/') ? base : `${base}/`;
  if (!/^https?:/.test(root) || !URL.canParse(root)) throw unreachable(base, 'that is no http address');
  return new URL(`api/v1/reports/summary?${query.toString()}`, root);
}

async function read(response: Response, base: string): Promise<ReportResult> {
  const text = await response.text();
  const body = parse(text);
  if (response.ok && body !== null && 'total' in body) {
    return { ok: true, summary: body as unknown as PresentedSummary };
  }
  const { detail, errors } = (body ?? {}) as Problem;
  if (response.status === 400 && errors !== undefined) {
    return {
      ok: false,
      problems: errors.map(({ pointer, message }) => ({ name: pointer.replace('?', ''), message })),
    };
  }
  throw unreachable(base, `it answers ${response.status}${detail === undefined ? '' : `: ${detail}`}`);
}

function parse(text: string): object | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' ? body : null;
  } catch {
    // Whatever it is, no Tocsin says it.
    return null;
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  if (cause?.code === 'ECONNREFUSED') return 'nothing listens there';
  return cause?.message ?? message ?? String(error);
}

function unreachable(base: string, why: string, cause?: unknown): TocsinError {
  return new TocsinError(
    `There is no report from ${base}: ${why}. Name the Tocsin to ask with --url, or data that none serves from with --data-dir.`,
    { code: 'server-unreachable', retriable: true, cause },
  );
}
