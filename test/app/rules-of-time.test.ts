import { expect } from 'chai';
import { edited } from '../support/fixture-bundle.js';
import { runTestText } from '../support/run-test-text.js';

const bundle = {
  'services.yaml': `apiVersion: tocsin/v1
kind: Services
services:
  - { id: shop, tier: 1, team: platform, bind: [{ labels.service: shop }], dependsOn: [{ service: ledger, edge: hard }] }
  - { id: ledger, tier: 1, team: platform, bind: [{ labels.service: ledger }] }
`,
  'maintenance.yaml': `apiVersion: tocsin/v1
kind: Maintenance
windows:
  - id: nightly-import
    title: Stock import
    match: { service: ledger }
    includeDependants: { edge: hard, maxDepth: 1 }
    repeat: { rrule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=0', duration: 75m }
    timezone: Europe/Lisbon
    effect: suppress
    afterwards: replay
    expires: 2027-06-30
`,
  'inhibition.yaml': `apiVersion: tocsin/v1
kind: Inhibition
rules:
  - id: broken-dependency
    title: A dead dependency explains its callers
    topology: { via: dependsOn, edge: hard, maxDepth: 3, rootMatch: { category: { prefix: capacity/ } } }
    mute: { category: { prefix: capacity/ } }
`,
  'routing.yaml': edited(
    'routing.yaml',
    '  routes:',
    `  routes:
    - id: unknown-alerts
      match: { category: unknown }
      activeDuring: office-hours
      otherwise: { policy: morning }`,
  ),
  'escalation.yaml': edited(
    'escalation.yaml',
    'policies:',
    'policies:\n  - { id: morning, steps: [{ after: 0m, tier: L1, notify: [queue] }] }',
  ).replace('resolve: 20d }', 'resolve: 9h, calendar: office-hours }'),
  'notifiers.yaml': edited('notifiers.yaml', 'channels:', 'channels:\n  queue: { default: none }'),
};

const failuresOf = async (text: string): Promise<readonly string[]> => {
  const { results, issues } = await runTestText(text, { bundle });
  if (issues.some(({ level }) => level === 'error')) throw new Error(JSON.stringify(issues));
  return results.flatMap(({ failures }) =>
    failures.map(({ message, lines }) => [message, ...lines].join('; ')),
  );
};

const templates = `timezone: Europe/Lisbon
templates:
  disk: { severity: critical, env: prod, labels: { alertname: DiskFull, service: shop } }
  odd: { severity: warning, labels: { alertname: Odd } }
tests:
`;

describe('rules about time and dependencies, from the file to the message', () => {
  it('a window that repeats holds back what stands on its service, each night and no longer', async () => {
    const failures = await failuresOf(`${templates}  - name: at two o'clock
    alerts: [{ at: 16h1m, use: disk, repeat: { every: 10m, times: 12 } }]
    expect:
      - at: 17h
        alerts: { has: [{ disposition: muted, by: nightly-import }] }
        incidents: { count: 0 }
      - { at: 17h16m, incidents: { count: 1, has: [{ category: capacity/storage }] } }
`);
    expect(failures).to.deep.equal([]);
  });

  it('a failed service explains what stands on it', async () => {
    const failures = await failuresOf(`${templates}  - name: both disks
    alerts:
      - { at: 0s, use: disk, set: { labels.service: ledger } }
      - { at: 1m, use: disk }
    expect:
      - at: 2m
        alerts: { has: [{ disposition: muted, by: broken-dependency }] }
        incidents: { count: 1, has: [{ by: { service: ledger } }] }
`);
    expect(failures).to.deep.equal([]);
  });

  it('a route that is active in office hours hands over at their end, and its clocks run within them', async () => {
    const failures = await failuresOf(`${templates}  - name: over night
    alerts: [{ at: 0s, use: odd, repeat: { every: 1h, times: 30 } }]
    expect:
      - at: 1m
        incidents: { count: 1, has: [{ priority: P5, route: unknown-alerts, policy: standard }] }
      - { at: 8h1m, incidents: { has: [{ route: unknown-alerts/otherwise, policy: morning, sla: { resolve: running } }] } }
      - { at: 23h1m, incidents: { has: [{ route: unknown-alerts, policy: standard, sla: { resolve: running } }] } }
      - { at: 24h1m, incidents: { has: [{ sla: { resolve: breached } }] } }
`);
    expect(failures).to.deep.equal([]);
  });
});
