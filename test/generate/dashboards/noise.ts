import { countOf } from './incident-queries.js';
import type { Panel } from './panel.js';
import type { Dashboard } from './render-dashboard.js';
import { datasourceVariable, labelVariable, windowVariable } from './variable.js';

const filter = 'job=~"$job"';
const firing = `${filter},status="firing"`;
const received = 'tocsin_alerts_received_total';
const repeated = 'tocsin_alerts_deduplicated_total';
const suppressed = 'tocsin_alerts_suppressed_total';
const opened = 'tocsin_incidents_opened_total';
const shown = { filter, within: '$__range' } as const;
const lately = { filter, within: '$window' } as const;

/** Of a counter per incident opened; nothing where none was. */
function perIncident(counter: string, scope: { readonly filter: string; readonly within: string }): string {
  return `${countOf(counter, scope)} / (${countOf(opened, { ...scope, filter })} > 0)`;
}

function shareOf(
  part: string,
  whole: string,
  scope: { filter: string; within: string; by?: string },
): string {
  return `${countOf(part, scope)} / (${countOf(whole, scope)} > 0)`;
}

const atAGlance: readonly Panel[] = [
  {
    type: 'stat',
    title: 'Alerts in',
    description: 'Messages of firing and resolved alerts in the time shown, repeats included.',
    unit: 'short',
    width: 4,
    queries: [{ expr: countOf(received, shown) }],
  },
  {
    type: 'stat',
    title: 'Incidents opened',
    description: 'What is left of them for people, in the time shown.',
    unit: 'short',
    width: 4,
    queries: [{ expr: countOf(opened, shown) }],
  },
  {
    type: 'stat',
    title: 'Alerts per incident',
    description: 'The noise ratio: messages of firing alerts for each incident opened, in the time shown.',
    unit: 'short',
    width: 4,
    queries: [{ expr: perIncident(received, { ...shown, filter: firing }) }],
  },
  {
    type: 'stat',
    title: 'Occurrences per incident',
    description:
      'Uninterrupted firings for each incident opened, in the time shown: what repeats leave, and rules have gathered.',
    unit: 'short',
    width: 4,
    queries: [{ expr: perIncident('tocsin_occurrences_total', shown) }],
  },
  {
    type: 'stat',
    title: 'Repeats',
    description: 'Part of all messages that said nothing new, in the time shown.',
    unit: 'percentunit',
    width: 4,
    queries: [{ expr: shareOf(repeated, received, shown) }],
  },
  {
    type: 'stat',
    title: 'Firing now',
    description: 'Alerts that fire now, suppressed ones included.',
    unit: 'short',
    width: 4,
    queries: [{ expr: `sum(tocsin_alerts_active{${firing}})` }],
  },
];

const inflow: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Alerts in by source',
    description:
      'Messages a second, repeats included. A source that falls to zero may have lost its way here.',
    unit: 'cps',
    width: 12,
    stacked: true,
    queries: [
      { expr: `sum by (source) (rate(${received}{${filter}}[$__rate_interval]))`, legend: '{{source}}' },
    ],
  },
  {
    type: 'timeseries',
    title: 'What becomes of them',
    description: 'Messages a second, those of them that repeat what is known, and new occurrences.',
    unit: 'cps',
    width: 12,
    queries: [
      { expr: `sum(rate(${received}{${filter}}[$__rate_interval]))`, legend: 'received' },
      { expr: `sum(rate(${repeated}{${filter}}[$__rate_interval]))`, legend: 'repeats' },
      { expr: `sum(rate(tocsin_occurrences_total{${filter}}[$__rate_interval]))`, legend: 'new occurrences' },
    ],
  },
];

const quieted: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Noise ratio',
    description: 'Messages and occurrences for each incident opened, at each point of the window before it.',
    unit: 'short',
    width: 8,
    queries: [
      { expr: perIncident(received, { ...lately, filter: firing }), legend: 'messages' },
      { expr: perIncident('tocsin_occurrences_total', lately), legend: 'occurrences' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Suppressed by reason',
    description: 'Times that an alert began to be held back from people, in the window before each point.',
    unit: 'short',
    width: 8,
    stacked: true,
    queries: [{ expr: countOf(suppressed, { ...lately, by: 'reason' }), legend: '{{reason}}' }],
  },
  {
    type: 'timeseries',
    title: 'Alerts held by status',
    description: 'Alerts in memory. Those that no longer fire stay a day for their history.',
    unit: 'short',
    width: 8,
    queries: [{ expr: `sum by (status) (tocsin_alerts_active{${filter}})`, legend: '{{status}}' }],
  },
];

const byName: readonly Panel[] = [
  {
    type: 'table',
    title: 'Rules with the most hits',
    description: 'How often each rule took an alert, in the time shown; repeats are not judged again.',
    unit: 'short',
    width: 12,
    sortBy: 'Hits',
    queries: [
      {
        expr: `topk(20, ${countOf('tocsin_rule_hits_total', { ...shown, by: 'rule' })} > 0)`,
        legend: 'Hits',
      },
    ],
  },
  {
    type: 'table',
    title: 'Sources',
    description: 'Messages of each source in the time shown, and which part of them said nothing new.',
    unit: 'short',
    width: 12,
    sortBy: 'Alerts',
    columnUnits: { Repeats: 'percentunit' },
    queries: [
      { expr: countOf(received, { ...shown, by: 'source' }), legend: 'Alerts' },
      { expr: shareOf(repeated, received, { ...shown, by: 'source' }), legend: 'Repeats' },
      { expr: countOf('tocsin_occurrences_total', { ...shown, by: 'source' }), legend: 'Occurrences' },
    ],
  },
];

/** For whoever keeps alerts and rules: how much noise comes in, and what quiets it. */
export const noiseDashboard: Dashboard = {
  uid: 'tocsin-noise',
  title: 'Tocsin: noise',
  description: 'How many alerts come in, what becomes of them, and which rules take them.',
  from: 'now-24h',
  variables: [
    datasourceVariable,
    labelVariable('job', { label: 'Job', metric: 'tocsin_alerts_active' }),
    windowVariable('1h'),
  ],
  rows: [
    { height: 4, panels: atAGlance },
    { height: 8, panels: inflow },
    { height: 8, panels: quieted },
    { height: 10, panels: byName },
  ],
};
