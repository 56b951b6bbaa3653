import { priorities, supportTiers } from '../../../src/domain/incident/scales.js';
import { countOf, meanOf, slaKept } from './incident-queries.js';
import type { Panel } from './panel.js';
import type { Dashboard } from './render-dashboard.js';
import { choiceVariable, datasourceVariable, labelVariable, windowVariable } from './variable.js';

const filter = 'job=~"$job",priority=~"$priority",tier=~"$tier"';
const acknowledge = 'tocsin_incident_time_to_acknowledge_seconds';
const resolve = 'tocsin_incident_time_to_resolve_seconds';
const shown = { filter, within: '$__range' } as const;
const lately = { filter, within: '$window' } as const;

const atAGlance: readonly Panel[] = [
  {
    type: 'stat',
    title: 'Open incidents',
    description: 'Incidents that are neither resolved nor closed, now.',
    unit: 'short',
    width: 4,
    queries: [{ expr: `sum(tocsin_incidents_open{${filter}})` }],
  },
  {
    type: 'stat',
    title: 'Open P1 and P2',
    description: 'The most important ones among the open incidents, now.',
    unit: 'short',
    width: 4,
    thresholds: [
      { color: 'green', value: null },
      { color: 'red', value: 1 },
    ],
    queries: [{ expr: 'sum(tocsin_incidents_open{job=~"$job",priority=~"P1|P2",tier=~"$tier"})' }],
  },
  {
    type: 'stat',
    title: 'MTTA',
    description: 'Mean time from opening an incident to its first acknowledge, over the time shown.',
    unit: 's',
    width: 4,
    queries: [{ expr: meanOf(acknowledge, shown) }],
  },
  {
    type: 'stat',
    title: 'MTTR',
    description:
      'Mean time from opening an incident to its first resolve, over the time shown; wall clock, holds included. Incidents whose alerts only fell silent are left out.',
    unit: 's',
    width: 4,
    queries: [{ expr: meanOf(resolve, shown) }],
  },
  {
    type: 'stat',
    title: 'SLA kept',
    description: 'Part of the SLA clocks that ended in time, of those that ended in the time shown.',
    unit: 'percentunit',
    width: 4,
    thresholds: [
      { color: 'red', value: null },
      { color: 'orange', value: 0.9 },
      { color: 'green', value: 0.95 },
    ],
    queries: [{ expr: slaKept(shown) }],
  },
  {
    type: 'stat',
    title: 'Reopened',
    description: 'Incidents that came back after they were resolved, in the time shown.',
    unit: 'short',
    width: 4,
    queries: [{ expr: countOf('tocsin_incidents_reopened_total', shown) }],
  },
];

const openNow: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Open incidents by priority',
    description: 'Where the pile grows, more comes in than is resolved.',
    unit: 'short',
    width: 12,
    stacked: true,
    queries: [{ expr: `sum by (priority) (tocsin_incidents_open{${filter}})`, legend: '{{priority}}' }],
  },
  {
    type: 'timeseries',
    title: 'Open incidents by state',
    description: 'Nobody has taken those that are new; those on hold wait for something outside.',
    unit: 'short',
    width: 12,
    stacked: true,
    queries: [{ expr: `sum by (state) (tocsin_incidents_open{${filter}})`, legend: '{{state}}' }],
  },
];

function meansBy(label: 'priority' | 'tier'): readonly Panel[] {
  const means = [
    ['MTTA', acknowledge, 'acknowledge'],
    ['MTTR', resolve, 'resolve'],
  ] as const;
  return means.map(([name, histogram, end]) => ({
    type: 'timeseries',
    title: `${name} by ${label}`,
    description: `Mean time to the first ${end}, at each point of those in the window before it.`,
    unit: 's',
    width: 12,
    queries: [{ expr: meanOf(histogram, { ...lately, by: label }), legend: `{{${label}}}` }],
  }));
}

const serviceLevels: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'SLA kept by clock',
    description: 'Part of the SLA clocks that ended in time, at each point of those in the window before it.',
    unit: 'percentunit',
    width: 12,
    max: 1,
    queries: [{ expr: slaKept({ ...lately, by: 'clock' }), legend: '{{clock}}' }],
  },
  {
    type: 'timeseries',
    title: 'SLA breaches by clock',
    description: 'SLA clocks that ran out in the window before each point.',
    unit: 'short',
    width: 12,
    stacked: true,
    queries: [
      { expr: countOf('tocsin_sla_breaches_total', { ...lately, by: 'clock' }), legend: '{{clock}}' },
    ],
  },
];

const flow: readonly Panel[] = [
  {
    type: 'timeseries',
    title: 'Opened, resolved, reopened',
    description: 'Incidents in the window before each point.',
    unit: 'short',
    width: 12,
    queries: [
      { expr: countOf('tocsin_incidents_opened_total', lately), legend: 'opened' },
      { expr: countOf('tocsin_incidents_resolved_total', lately), legend: 'resolved' },
      { expr: countOf('tocsin_incidents_reopened_total', lately), legend: 'reopened' },
    ],
  },
  {
    type: 'timeseries',
    title: 'Escalations',
    description:
      'Escalations in the window before each point, by the tier reached: functional to a more skilled tier, hierarchical to management.',
    unit: 'short',
    width: 12,
    queries: [
      {
        expr: countOf('tocsin_incidents_escalated_total', { ...lately, by: 'tier, kind' }),
        legend: '{{kind}} to {{tier}}',
      },
    ],
  },
];

const details: readonly Panel[] = [
  {
    type: 'table',
    title: 'By priority and tier',
    description: 'The time shown in numbers. A combination without incidents is empty.',
    unit: 'short',
    width: 14,
    sortBy: 'Opened',
    columnUnits: { MTTA: 's', MTTR: 's', 'SLA kept': 'percentunit' },
    queries: [
      { expr: countOf('tocsin_incidents_opened_total', rowsOf()), legend: 'Opened' },
      { expr: meanOf(acknowledge, rowsOf()), legend: 'MTTA' },
      { expr: meanOf(resolve, rowsOf()), legend: 'MTTR' },
      { expr: countOf('tocsin_sla_breaches_total', rowsOf()), legend: 'SLA breaches' },
      { expr: slaKept(rowsOf()), legend: 'SLA kept' },
    ],
  },
  {
    type: 'heatmap',
    title: 'Time to resolve',
    description: 'How the times to the first resolve spread, of incidents resolved around each point.',
    unit: 's',
    width: 10,
    queries: [
      { expr: `sum by (le) (increase(${resolve}_bucket{${filter}}[$__rate_interval]))`, legend: '{{le}}' },
    ],
  },
];

function rowsOf() {
  return { ...shown, by: 'priority, tier' } as const;
}

/** For whoever answers for services: how fast people take and solve incidents, and whether promises are kept. */
export const serviceLevelsDashboard: Dashboard = {
  uid: 'tocsin-service-levels',
  title: 'Tocsin: incidents and service levels',
  description:
    'How many incidents there are, how fast they are taken and resolved, and whether the SLA is kept.',
  from: 'now-7d',
  variables: [
    datasourceVariable,
    labelVariable('job', { label: 'Job', metric: 'tocsin_incidents_open' }),
    choiceVariable('priority', 'Priority', priorities),
    choiceVariable('tier', 'Tier', supportTiers),
    windowVariable('1d'),
  ],
  rows: [
    { height: 4, panels: atAGlance },
    { height: 8, panels: openNow },
    { height: 8, panels: meansBy('priority') },
    { height: 8, panels: meansBy('tier') },
    { height: 8, panels: serviceLevels },
    { height: 8, panels: flow },
    { height: 10, panels: details },
  ],
};
