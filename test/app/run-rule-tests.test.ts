import { expect } from 'chai';
import { edited } from '../support/fixture-bundle.js';
import { failuresOf, runTestText } from '../support/run-test-text.js';

const disk = `templates:
  disk: { severity: critical, env: prod, labels: { alertname: DiskFull, service: shop } }
`;

describe('a test of rules', () => {
  it('passes where alerts, incidents and notifications are as it says, at each instant', async () => {
    const failures = await failuresOf(`${disk}tests:
  - name: a full disk of the shop
    alerts: [{ at: 0s, use: disk, repeat: { every: 1m, times: 20 } }]
    expect:
      - at: 1m
        alerts: { count: 1, has: [{ rule: disk, category: capacity/storage, disposition: incident, received: 2 }] }
        incidents:
          count: 1
          has: [{ priority: P3, tier: L1, team: desk, rule: by-service, by: { service: shop }, sla: { acknowledge: running, update: null } }]
        notified: [{ step: 1, channel: chat, to: { team: desk } }]
      - at: 11m
        incidents: { has: [{ tier: L2, team: platform }] }
        notified: { count: 2, has: [{ step: 2 }], none: [{ step: 3 }] }
`);
    expect(failures).to.deep.equal([]);
  });

  it('names the line of what is not so, the nearest document, and what differs in it', async () => {
    const failures = await failuresOf(`${disk}tests:
  - name: wrong about everything
    alerts: [{ at: 0s, use: disk }]
    expect:
      - at: 1m
        incidents:
          count: 2
          has:
            - { priority: P1, team: desk }
          none:
            - { tier: L1 }
`);
    expect(failures).to.deep.equal([
      [
        12,
        'open incidents: expected 2, actual 1',
        'INC-1 "shop: capacity/storage" (new, P3, L1 desk, by by-service)',
      ],
      [
        14,
        'no incident is like this; the nearest is INC-1 "shop: capacity/storage" (new, P3, L1 desk, by by-service)',
        'priority: expected P1, actual P3',
      ],
      [
        16,
        'no incident may be like this',
        'INC-1 "shop: capacity/storage" (new, P3, L1 desk, by by-service)',
      ],
    ]);
  });

  it('fails on an incident that nobody expected, unless it is not strict', async () => {
    const text = (strict: boolean): string => `${disk}strict: ${strict}
tests:
  - name: only the alert
    alerts: [{ at: 0s, use: disk }]
    expect: [{ at: 1m, alerts: { count: 1 } }]
`;
    const [first] = await failuresOf(text(true));
    expect(first?.[1]).to.match(/^nobody expected the incident INC-1/);
    expect(await failuresOf(text(false))).to.deep.equal([]);
  });

  it('knows of nothing that comes after its last expectation', async () => {
    const failures = await failuresOf(`${disk}tests:
  - name: early
    alerts: [{ at: 2m, use: disk }]
    expect: [{ at: 1m, incidents: { count: 0 } }]
`);
    expect(failures).to.deep.equal([]);
  });

  it('lets people act: a command is about the only open incident, and may have to be refused', async () => {
    const failures = await failuresOf(`${disk}tests:
  - name: people
    alerts: [{ at: 0s, use: disk }]
    commands:
      - { at: 1m, do: acknowledge, by: ines }
      - { at: 2m, do: acknowledge, refused: already-acknowledged }
      - { at: 3m, do: set, impact: high, incident: { category: capacity/storage } }
      - { at: 4m, do: acknowledge }
      - { at: 4m, do: resume, incident: INC-1, refused: unknown-team }
      - { at: 4m, do: resume, incident: { priority: P5 } }
    expect: [{ at: 5m, incidents: { count: 1, has: [{ state: acknowledged, impact: high, sla: { acknowledge: met } }] } }]
`);
    expect(failures.map(([line]) => line)).to.deep.equal([13, 14, 15]);
    const [again, resumed, unknown] = failures.map(([, message]) => message);
    expect(again).to.match(
      /^the command "acknowledge" is refused: already-acknowledged.*; it should be applied$/,
    );
    expect(resumed).to.match(/not-allowed-in-state.*; it should be refused: unknown-team$/);
    expect(unknown).to.equal('0 incidents are meant by the command "resume", not one');
  });

  it('lets people silence, and shows what holds an alert back', async () => {
    const failures = await failuresOf(`${disk}tests:
  - name: silenced
    alerts: [{ at: 1m, use: disk }, { at: 40m, use: disk }]
    silences: [{ at: 0s, for: 30m, matchers: ['service="shop"'] }]
    expect:
      - { at: 2m, incidents: { count: 0 }, alerts: { has: [{ disposition: muted }] } }
      - { at: 31m, incidents: { count: 1 }, alerts: { has: [{ disposition: [incident, over], by: null }] } }
`);
    expect(failures).to.deep.equal([]);
  });

  it('repeats alerts, writes over templates, and lets values rise', async () => {
    const failures = await failuresOf(`${disk}strict: false
tests:
  - name: many
    alerts:
      - { at: 0s, use: disk, set: { labels.service: other, severity: warning } }
      - { at: 0s, labels: { alertname: Ratio }, repeat: { every: 1m, times: 5 }, ramp: { ratio: { from: 0, to: 1 } } }
    expect:
      - at: 10m
        alerts:
          has:
            - { severity: warning, service: null, labels: { service: other } }
            - { title: Ratio, received: 5 }
`);
    expect(failures).to.deep.equal([]);
  });

  it('knows who is on call when a message goes out', async () => {
    const oncall = `
apiVersion: tocsin/v1
kind: OnCall
rotations:
  - { id: desk-week, timezone: UTC, from: 2026-11-16T09:00:00, shift: 7d, people: [ines, marco] }
`;
    const teams = edited(
      'teams.yaml',
      '{ id: desk, tiers: [L1] }',
      '{ id: desk, tiers: [L1], oncall: desk-week }',
    );
    const alert = (at: string, pod: string): string =>
      `      - { at: ${at}, source: a, severity: warning, labels: { alertname: DiskFull, service: ${pod} } }`;
    const text = (first: string): string => `tests:
  - name: the week after next
    strict: false
    alerts:
${alert('0s', 'one')}
${alert('7d', 'two')}
    expect:
      - { at: 1m, notified: [{ step: 1, to: { team: desk, onCall: ${first} } }] }
      - { at: 169h, notified: [{ step: 1, to: { onCall: ines } }] }
`;
    const bundle = { 'oncall.yaml': oncall, 'teams.yaml': teams };
    const right = await runTestText(text('marco'), { bundle });
    expect(right.issues).to.deep.equal([]);
    expect(right.results.flatMap(({ failures }) => failures)).to.deep.equal([]);
    const wrong = await runTestText(text('ines'), { bundle });
    expect(wrong.results.flatMap(({ failures }) => failures.map(({ lines }) => lines))).to.deep.equal([
      ['to.onCall: expected ines, actual marco'],
    ]);
  });

  it('may leave rules out: what "with" does not list of a kind is not in force', async () => {
    const failures = await failuresOf(`${disk}with: { correlation: [] }
tests:
  - name: ungrouped
    alerts: [{ at: 0s, use: disk }]
    expect: [{ at: 1m, incidents: { has: [{ rule: null }] } }]
`);
    expect(failures).to.deep.equal([]);
  });

  it('runs a year of virtual time in seconds', async function () {
    this.timeout(20_000);
    const startedAt = performance.now();
    const failures = await failuresOf(`${disk}tests:
  - name: a year
    alerts: [{ at: 0s, use: disk, repeat: { every: 10m, times: 52560 } }]
    expect: [{ at: 365d, incidents: { count: 1, has: [{ sla: { resolve: breached } }] } }]
`);
    expect(failures).to.deep.equal([]);
    expect(performance.now() - startedAt).to.be.below(10_000);
  });

  it('tells which rules no test had to do with', async () => {
    const { untouched } = await runTestText(`${disk}tests:
  - name: one
    alerts: [{ at: 0s, use: disk }]
    expect: [{ at: 1m, incidents: { count: 1 } }]
`);
    expect(untouched.map(({ kind, ref }) => `${kind} ${ref.id}`)).to.deep.equal([
      ...['classify rest', 'route major', 'route major-disk'],
    ]);
  });

  it('runs only what the filter lets through, by file, title and name', async () => {
    const text = `title: Disks
tests:
  - { name: one, expect: [{ at: 0s, incidents: { count: 0 } }] }
  - { name: two, expect: [{ at: 0s, incidents: { count: 0 } }] }
`;
    for (const [filter, names] of [
      ['TWO', ['two']],
      ['disks', ['one', 'two']],
      ['a.test', ['one', 'two']],
      ['nothing', []],
    ] as const) {
      const { results, skipped } = await runTestText(text, { filter });
      expect(results.map(({ scenario }) => scenario.name)).to.deep.equal([...names]);
      expect(skipped).to.equal(2 - names.length);
    }
  });

  const good = 'expect: [{ at: 0s, incidents: { count: 0 } }]';
  for (const [what, text, code, line] of [
    ['a key that is not known', `tests: [{ name: x, alrts: [], ${good} }]`, 'unknown-key', 4],
    [
      'a template that is not there',
      `tests: [{ name: x, alerts: [{ at: 0s, use: dsk }], ${good} }]`,
      'unknown-reference',
      4,
    ],
    [
      'a rule that is not there',
      `with: { correlation: [by-servce] }\ntests: [{ name: x, ${good} }]`,
      'unknown-reference',
      4,
    ],
    [
      'a field that can not be set',
      `tests: [{ name: x, alerts: [{ at: 0s, labels: { a: b }, set: { tier: 1 } }], ${good} }]`,
      'unknown-field',
      4,
    ],
    ['an alert without labels', `tests: [{ name: x, alerts: [{ at: 0s }], ${good} }]`, 'bad-value', 4],
    [
      'a ramp without repeats',
      `tests: [{ name: x, alerts: [{ at: 0s, labels: { a: b }, ramp: { v: { from: 0, to: 1 } } }], ${good} }]`,
      'missing-key',
      4,
    ],
    [
      'a field that a command lacks',
      `tests: [{ name: x, commands: [{ at: 0s, do: start, tier: L2 }], ${good} }]`,
      'unknown-key',
      4,
    ],
    [
      'a command without what it needs',
      `tests: [{ name: x, commands: [{ at: 0s, do: merge }], ${good} }]`,
      'missing-key',
      4,
    ],
    [
      'a team that no incident can have',
      `tests: [{ name: x, expect: [{ at: 0s, incidents: { none: [{ team: [desk, platfrm] }] } }] }]`,
      'unknown-reference',
      4,
    ],
    [
      'a route that there is not',
      `tests: [{ name: x, expect: [{ at: 0s, incidents: { has: [{ route: mayor }] } }] }]`,
      'unknown-reference',
      4,
    ],
    [
      'a channel or a team that nobody is told by',
      `tests:\n  - name: x\n    expect:\n      - at: 0s\n        notified: [{ channel: chta }]\n      - at: 1s\n        notified: { none: [{ to: { team: dsk } }] }`,
      'unknown-reference',
      10,
    ],
    [
      'a severity that there is not',
      `tests: [{ name: x, expect: [{ at: 0s, alerts: { none: [{ severity: warn }] } }] }]`,
      'unknown-reference',
      4,
    ],
    [
      'a reason that is not in the list',
      `tests: [{ name: x, commands: [{ at: 0s, do: start, refused: nope }], ${good} }]`,
      'unknown-reference',
      4,
    ],
    [
      'a matcher that is none',
      `tests: [{ name: x, silences: [{ at: 0s, for: 1h, matchers: ['a=~"("'] }], ${good} }]`,
      'bad-value',
      4,
    ],
    [
      'a zone that is not there',
      `timezone: Mars/Base\ntests: [{ name: x, ${good} }]`,
      'unknown-reference',
      4,
    ],
    ['another kind of document', `---\napiVersion: tocsin/v1\nkind: Triage\nrules: []`, 'unknown-kind', 6],
  ] as const) {
    it(`is refused for ${what}, with its place`, async () => {
      const { issues, results } = await runTestText(text);
      const found = issues.map((issue) => ({ code: issue.code, line: issue.place.line }));
      expect(found).to.deep.include({ code, line });
      expect(results).to.deep.equal([]);
    });
  }
});
