import { committed } from '../../support/committed.js';
import { listAll } from '../../support/list-all.js';

interface AlertCounts {
  readonly receivedCount: number;
}

/** Reads every alert back: one for each series, and every message counted on exactly one of them. */
export async function checkStored(url: string, sent: { alerts: number; series: number }): Promise<string[]> {
  await committed(url);
  let alerts = 0;
  let received = 0;
  for await (const alert of listAll<AlertCounts>(`${url}/api/v1/alerts?limit=500`)) {
    alerts += 1;
    received += alert.receivedCount;
  }
  const problems: string[] = [];
  if (alerts !== sent.series) problems.push(`It was sent ${sent.series} series and holds ${alerts} alerts.`);
  if (received !== sent.alerts) {
    problems.push(`It acknowledged ${sent.alerts} alerts and its alerts count ${received} messages.`);
  }
  return problems;
}
