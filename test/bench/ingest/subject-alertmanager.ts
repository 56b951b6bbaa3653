import { startAlertmanager } from '../../support/servers/alertmanager.js';
import { sumOfMetric } from '../../support/sum-of-metric.js';
import type { Subject } from './subject.js';

/** Groups as most estates do and tells nobody, so that what is measured is intake, storing and grouping. */
const config = {
  route: { receiver: 'nobody', group_by: ['alertname', 'cluster', 'namespace'] },
  receivers: [{ name: 'nobody' }],
};

/** Debian's Alertmanager alone, without clustering. Alerts are in its memory when it answers. */
export async function startAlertmanagerSubject(): Promise<Subject> {
  const server = await startAlertmanager({ config });
  return {
    port: Number(new URL(server.url).port),
    pid: server.pid,
    settle: () => Promise.resolve({ backlog: 0 }),
    check: async (sent) => {
      const page = await (await fetch(`${server.url}/metrics`)).text();
      const received = sumOfMetric(page, 'alertmanager_alerts_received_total');
      const alerts = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as readonly unknown[];
      const problems: string[] = [];
      if (alerts.length !== sent.series) {
        problems.push(`It was sent ${sent.series} series and holds ${alerts.length} alerts.`);
      }
      if (received !== sent.alerts) {
        problems.push(`It acknowledged ${sent.alerts} alerts and its metric counts ${received ?? 'none'}.`);
      }
      return problems;
    },
    stop: () => server.stop(),
  };
}
