import { decodeCursor, encodeCursor, type CursorKey } from '../../app/cursor.js';
import type { Page, ReportViews } from '../../app/ports.js';
import type { Walk } from './report-reads.js';
import type { StoreReaderCalls } from './store-reader.js';
import type { WorkerClient } from './worker-rpc.js';

interface Cursors {
  readonly name: string;
  readonly shape: readonly ('string' | 'number')[];
}

const facts: Cursors = { name: 'incident-facts', shape: ['number', 'number', 'string'] };
const refired: Cursors = { name: 'refired-alerts', shape: ['number'] };
const tallies: Cursors = { name: 'tallies', shape: ['number', 'number'] };

/** The views that reports read, on the worker that reads. */
export function createSqliteReportViews(reader: WorkerClient<StoreReaderCalls>): ReportViews {
  return {
    incidentFacts: ({ after, ...asked }) =>
      page(facts, after, (key) => reader.call('incidentFacts', { ...asked, key })),
    refiredAlerts: ({ after, ...asked }) =>
      page(refired, after, (key) => reader.call('refiredAlerts', { ...asked, key })),
    tallies: ({ after, ...asked }) =>
      page(tallies, after, (key) => reader.call('tallies', { ...asked, key })),
  };
}

async function page<T>(
  { name, shape }: Cursors,
  after: string | undefined,
  read: (key: CursorKey | null) => Promise<Walk<T>>,
): Promise<Page<T>> {
  const { items, next } = await read(decodeCursor(name, after, shape));
  return { items, next: next === null ? null : encodeCursor(name, next) };
}
