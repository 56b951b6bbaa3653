import { committed } from './committed.js';
import { sumOfMetric } from './sum-of-metric.js';
import { waitUntil } from './servers/wait-until.js';

/** Resolves once everything acknowledged so far is triaged and can be read and, unless told otherwise, the outbox is empty. */
export async function settled(
  url: string,
  options: { timeoutMs?: number; outbox?: boolean } = {},
): Promise<void> {
  const { timeoutMs = 60_000, outbox = true } = options;
  await waitUntil({ what: 'the log to be worked off', timeoutMs, everyMs: 50 }, async (seen) => {
    const page = await (await fetch(`${url}/metrics`)).text();
    const lag = sumOfMetric(page, 'tocsin_log_lag_entries');
    const pending = outbox ? sumOfMetric(page, 'tocsin_outbox_pending') : 0;
    if (lag === null || pending === null) throw new Error('GET /metrics lacks the log lag or the outbox.');
    seen(`${lag} entries behind, ${pending} notifications waiting`);
    return lag === 0 && pending === 0;
  });
  await committed(url);
}
