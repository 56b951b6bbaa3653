import type { SummarizeIncidents } from './summarize-incidents.js';
import { TocsinError } from './tocsin-error.js';

/** How many may wait for their turn: whoever asks in a loop is told to wait, and takes nobody's memory. */
const mostWaiting = 8;

/**
 * Reports look at everything there is, so they are made one after the other. Rejects with TocsinError `reports-busy`
 * (retriable) where too many wait.
 */
export function oneReportAtATime(summarize: SummarizeIncidents): SummarizeIncidents {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (asked, onProgress) => {
    if (waiting > mostWaiting) {
      throw new TocsinError('Too many reports are being made. Try again in a moment.', {
        code: 'reports-busy',
        retriable: true,
      });
    }
    waiting += 1;
    const report = last.then(() => summarize(asked, onProgress));
    last = report.catch(() => undefined);
    try {
      return await report;
    } finally {
      waiting -= 1;
    }
  };
}
