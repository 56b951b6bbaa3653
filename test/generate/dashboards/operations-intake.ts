import { instanceFilter as filter, quantilesOf } from './operations-queries.js';
import type { Panel } from './panel.js';

const requests = 'tocsin_http_request_duration_seconds';
const intake = `${filter},route=~"/api/v1/alerts|/api/v2/alerts|/webhooks/.*",method="POST"`;

function answers(statuses: string): string {
  return `(sum(rate(${requests}_count{${intake},status=~"${statuses}"}[$__rate_interval])) or vector(0))`;
}

/** Is what comes in taken? */
export const intakePanels: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Intake: requests by route',
    description: 'Requests a second that bring alerts.',
    unit: 'reqps',
    width: 6,
    stacked: true,
    queries: [
      { expr: `sum by (route) (rate(${requests}_count{${intake}}[$__rate_interval]))`, legend: '{{route}}' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Intake: answers',
    description:
      'Taken (2xx), refused because of the sender (4xx), refused because of Tocsin (5xx). Senders repeat what got a 5xx.',
    unit: 'reqps',
    width: 6,
    queries: [
      { expr: answers('2..'), legend: 'taken' },
      { expr: answers('4..'), legend: 'refused: sender' },
      { expr: answers('5..'), legend: 'refused: Tocsin' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Intake: time to answer',
    description: 'From the head of the request to the end of its answer, which waits for the disk.',
    unit: 's',
    width: 6,
    queries: quantilesOf(requests, intake),
  },
  {
    type: 'timeseries',
    title: 'Intake: alerts rejected',
    description:
      'Alerts that were not taken, in the window before each point, by reason; the log at level debug names their source.',
    unit: 'short',
    width: 6,
    queries: [
      {
        expr: `sum by (reason) (increase(tocsin_alerts_rejected_total{${filter}}[$window]))`,
        legend: '{{reason}}',
      },
    ],
  },
];
