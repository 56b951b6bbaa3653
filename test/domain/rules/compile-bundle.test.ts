import { expect } from 'chai';
import { matches } from '../../../src/domain/alert/matches.js';
import type { Field, MatchSubject } from '../../../src/domain/alert/matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { recordMatch } from '../../../src/domain/rules/record-match.js';
import { statusOf } from '../../../src/domain/rules/list-rules.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { edited, loadOverMinimal } from '../../support/fixture-bundle.js';

const minute = 60_000;
const hour = 60 * minute;

function compile(changes: Readonly<Record<string, string>> = {}): RuleSet {
  const { ruleSet, issues } = loadOverMinimal(changes);
  if (ruleSet === null) throw new Error(JSON.stringify(issues, null, 2));
  return ruleSet;
}

function subject(fields: Readonly<Record<string, string | number>>): MatchSubject {
  return { read: (field: Field) => fields[formatField(field)] };
}

const triage = 'apiVersion: tocsin/v1\nkind: Triage\nrules:\n';

function rule(id: string, more: string): string {
  return `  - id: ${id}\n${more
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`;
}

describe('compile of a bundle', () => {
  describe('settings', () => {
    it('gives defaults in milliseconds where the bundle says nothing', () => {
      expect(compile().defaults).to.deep.equal({
        timezone: 'UTC',
        ttlMs: 6 * hour,
        autoResolveMs: 6 * hour,
        reopenWithinMs: hour,
        autoCloseMs: 72 * hour,
      });
    });

    it('takes what the bundle says', () => {
      const text = edited(
        'bundle.yaml',
        'fields:',
        'defaults: { timezone: Europe/Lisbon, ttl: 90m }\nfields:',
      );
      expect(compile({ 'bundle.yaml': text }).defaults).to.include({
        timezone: 'Europe/Lisbon',
        ttlMs: 90 * minute,
      });
    });
  });

  describe('triage', () => {
    it('applies a rule where match holds and unless does not', () => {
      const [disk] = compile().classify;
      const holds = (fields: Readonly<Record<string, string>>): boolean =>
        matches(disk!.match, subject(fields), 0);
      expect(holds({ 'labels.alertname': 'DiskFull' })).to.equal(true);
      expect(holds({ 'labels.alertname': 'DiskFull', env: 'dev' })).to.equal(false);
      expect(holds({ 'labels.alertname': 'Other' })).to.equal(false);
    });

    it('points at the first line of each rule', () => {
      expect(compile().classify.map(({ ref }) => ref)).to.deep.equal([
        { id: 'disk', file: 'triage.yaml', line: 4 },
        { id: 'rest', file: 'triage.yaml', line: 9 },
      ]);
    });

    it('orders by set, then file, then position, and puts the catch-all last whatever its file', () => {
      const { classify, normalize } = compile({
        'bundle.yaml': edited(
          'bundle.yaml',
          '  - { id: tidy, ',
          '  - { id: early, stage: normalize, mode: all }\n  - { id: tidy, ',
        ),
        'a.yaml': `${triage}${rule('first', 'set: tidy\nmatch: { env: prod }\nthen: { title: a }')}${rule('second', 'set: classify\nmatch: { env: prod }\nthen: { category: a }')}`,
        'z.yaml': `${triage}${rule('third', 'set: early\nmatch: { env: prod }\nthen: { title: b }')}${rule('fourth', 'set: classify\nmatch: { env: prod }\nthen: { category: b }')}`,
      });
      expect(normalize.map(({ ref }) => ref.id)).to.deep.equal(['third', 'first']);
      expect(classify.map(({ ref }) => ref.id)).to.deep.equal(['second', 'disk', 'fourth', 'rest']);
    });

    it('ends a rule with its last day, on the clocks of the zone', () => {
      const [disk] = compile({
        'bundle.yaml': edited('bundle.yaml', 'fields:', 'defaults: { timezone: Asia/Tokyo }\nfields:'),
        'triage.yaml': edited('triage.yaml', 'unless:', 'expires: 2027-06-30\n    unless:'),
      }).classify;
      const alert = subject({ 'labels.alertname': 'DiskFull' });
      const end = Date.UTC(2027, 5, 30, 15);
      expect([end - 1, end].map((at) => matches(disk!.match, alert, at))).to.deep.equal([true, false]);
      expect(recordMatch(disk!.match, alert, end)).to.include({ holds: false, reason: 'expired' });
    });

    it('leaves disabled rules out, but checks them', () => {
      const disabled = edited('triage.yaml', 'unless:', 'status: disabled\n    unless:');
      const rules = compile({ 'triage.yaml': disabled });
      expect(rules.classify.map(({ ref }) => ref.id)).to.deep.equal(['rest']);
      expect(rules.disabled?.map(({ ref, kind }) => [ref.id, kind])).to.deep.equal([['disk', 'classify']]);
      const broken = loadOverMinimal({ 'triage.yaml': disabled.replace('env: dev', 'env: moon') });
      expect(broken.issues.map(({ code }) => code)).to.deep.equal(['type-mismatch']);
    });

    it('compiles everything that a rule may write, and only what it writes', () => {
      const { adjust } = compile({
        'a.yaml': `${triage}${rule('all', "set: adjust\nmatch: { service: shop }\nthen: { severity: error, env: prod, impact: high, runbook: 'https://wiki.example/{{labels.alertname}}', labels: { seen: 'yes' } }")}`,
      });
      const then = adjust[0]!.then;
      expect(Object.keys(then)).to.have.members(['severity', 'env', 'impact', 'runbook', 'labels']);
      expect(then.runbook?.parts).to.deep.equal([
        'https://wiki.example/',
        { kind: 'label', name: 'alertname' },
      ]);
      expect(then.labels?.get('seen')?.parts).to.deep.equal(['yes']);
    });
  });

  describe('services', () => {
    it('resolves bindings to their service', () => {
      const { services, bindings } = compile();
      expect(bindings).to.have.length(1);
      expect(bindings[0]?.service).to.equal(services.get('shop'));
      expect(services.get('shop')).to.deep.include({
        name: 'shop',
        tier: 1,
        team: 'platform',
        runbook: null,
      });
      expect(matches(bindings[0]!.match, subject({ 'labels.service': 'shop' }), 0)).to.equal(true);
    });

    it('lets a binding look at the service that the sender named, known or not', () => {
      const bind = edited('services.yaml', '{ labels.service: shop }', '{ service: old-shop }');
      expect(compile({ 'services.yaml': bind }).bindings).to.have.length(1);
    });
  });

  describe('groups', () => {
    const changed = (from: string, to: string): string =>
      compile({ 'correlation.yaml': edited('correlation.yaml', from, to) }).groups[0]!.stateHash;

    it('gives windows in milliseconds, limits and stop values in the order of the key', () => {
      const [group] = compile().groups;
      expect(group).to.deep.include({
        weight: 50,
        by: [
          { kind: 'alert', name: 'service' },
          { kind: 'alert', name: 'category' },
        ],
        mode: 'session',
        idleMs: 20 * minute,
        maxAgeMs: 6 * hour,
        maxAlerts: 500,
        overflow: 'count',
        stopValues: [new Set(['']), new Set()],
      });
    });

    for (const [window, lengths] of [
      ['{ mode: fixed, maxAge: 30m }', { mode: 'fixed', idleMs: null, maxAgeMs: 30 * minute }],
      ['{ mode: rolling, idle: 5m }', { mode: 'rolling', idleMs: 5 * minute, maxAgeMs: null }],
      ['{ mode: rolling, idle: 5m, maxAge: 1h }', { mode: 'rolling', idleMs: 5 * minute, maxAgeMs: hour }],
    ] as const) {
      it(`takes a window ${window}`, () => {
        const text = edited('correlation.yaml', '{ mode: session, idle: 20m, maxAge: 6h }', window);
        expect(compile({ 'correlation.yaml': text }).groups[0]).to.deep.include(lengths);
      });
    }

    it('puts the heaviest first, those of one weight in order of files', () => {
      const another = (id: string, weight: number): string =>
        `  - { id: ${id}, type: group, weight: ${weight}, by: [category], window: { mode: session, idle: 1m, maxAge: 1h } }\n`;
      const { groups } = compile({
        'x.yaml': `apiVersion: tocsin/v1\nkind: Correlation\nrules:\n${another('light', 10)}${another('even', 50)}${another('heavy', 90)}`,
      });
      expect(groups.map(({ ref }) => ref.id)).to.deep.equal(['heavy', 'by-service', 'even', 'light']);
    });

    it('keeps the state hash while only words and places change', () => {
      const { stateHash } = compile().groups[0]!;
      expect(stateHash).to.match(/^[0-9a-f]{16}$/);
      expect(changed('title:', 'category: other, title:')).to.equal(stateHash);
      expect(changed('rules:', '# a comment\nrules:')).to.equal(stateHash);
    });

    it('changes the state hash with whatever shapes the window, lists included', () => {
      const using = edited(
        'correlation.yaml',
        'by:',
        'match: { labels.alertname: { inList: disk-alerts } }\n    by:',
      );
      const hashes = [
        changed('idle: 20m', 'idle: 21m'),
        changed('maxAge: 6h', 'maxAge: 7h'),
        changed('session', 'rolling'),
        changed('[service, category]', '[service]'),
        changed("['']", "['', none]"),
        changed('by:', 'maxAlerts: 9\n    by:'),
        changed('by:', 'overflow: split\n    by:'),
        changed('by:', 'match: { env: prod }\n    by:'),
        compile({ 'correlation.yaml': using }).groups[0]!.stateHash,
        compile({
          'correlation.yaml': using,
          'vocabulary.yaml': edited('vocabulary.yaml', 'InodesLow', 'InodesGone'),
        }).groups[0]!.stateHash,
        compile().groups[0]!.stateHash,
      ];
      expect(new Set(hashes).size).to.equal(hashes.length);
    });
  });

  describe('routing', () => {
    it('hands down what a route does not say', () => {
      const { routing } = compile();
      const major = routing.routes[0]!;
      const disk = major.routes[0]!;
      const shown = [routing, major, disk].map(({ tier, team, policy }) => [tier, team.source, policy]);
      expect(shown).to.deep.equal([
        ['L1', 'desk', 'standard'],
        ['L2', '{{service.team}}', 'standard'],
        ['L2', 'platform', 'standard'],
      ]);
      expect(major.team.parts).to.deep.equal([{ kind: 'service', name: 'team' }]);
      expect(routing.team.parts).to.deep.equal(['desk']);
    });

    it('hands down who else is told, until a route says otherwise', () => {
      const { routing } = compile({
        'routing.yaml': edited(
          'routing.yaml',
          '      tier: L2\n',
          '      tier: L2\n      alsoNotify: [desk]\n',
        ),
      });
      const major = routing.routes[0]!;
      expect([routing, major, major.routes[0]!].map(({ alsoNotify }) => alsoNotify)).to.deep.equal([
        [],
        ['desk'],
        ['desk'],
      ]);
      const ended = compile({
        'routing.yaml': edited(
          'routing.yaml',
          '      tier: L2\n',
          '      tier: L2\n      alsoNotify: [desk]\n',
        ).replace('team: platform', 'team: platform\n          alsoNotify: []'),
      });
      expect(ended.routing.routes[0]?.routes[0]?.alsoNotify).to.deep.equal([]);
    });

    it('lets matchers look at the incident', () => {
      const major = compile().routing.routes[0]!;
      expect(matches(major.match, subject({ 'incident.priority': 'P1' }), 0)).to.equal(true);
      expect(matches(major.match, subject({ 'incident.priority': 'P2' }), 0)).to.equal(false);
    });
  });

  describe('notifiers', () => {
    it('gives each team its own notifier, from either file, and nothing where it wants none', () => {
      const { channels, notifiers, teams } = compile({
        'notifiers.yaml': `apiVersion: tocsin/v1
kind: Notifiers
notifiers:
  - { id: own-log, type: log }
  - { id: hook, type: webhook, url: https://chat.example/hook, secret: { env: HOOK_SECRET } }
channels:
  chat: { default: own-log, desk: hook }
  queue: { default: none }
`,
        'teams.yaml': edited(
          'teams.yaml',
          'fallback: desk',
          'fallback: desk, channels: { chat: none, queue: hook }',
        ),
      });
      expect(channels.get('chat')).to.deep.equal({
        byDefault: 'own-log',
        byTeam: new Map([
          ['desk', 'hook'],
          ['platform', null],
        ]),
      });
      expect(channels.get('queue')).to.deep.equal({
        byDefault: null,
        byTeam: new Map([['platform', 'hook']]),
      });
      expect(teams.get('platform')?.channels).to.deep.equal(new Map([['queue', 'hook']]));
      expect(notifiers.get('hook')).to.deep.equal({
        id: 'hook',
        type: 'webhook',
        url: 'https://chat.example/hook',
        secretEnv: 'HOOK_SECRET',
      });
    });

    it('refuses two notifiers of one team for one channel', () => {
      const { issues } = loadOverMinimal({
        'notifiers.yaml': edited('notifiers.yaml', 'default: own-log', 'default: own-log, desk: own-log'),
        'teams.yaml': edited('teams.yaml', 'tiers: [L1]', 'tiers: [L1], channels: { chat: own-log }'),
      });
      expect(issues.map(({ code, place }) => [code, place.file])).to.deep.equal([['conflict', 'teams.yaml']]);
    });
  });

  it('lists every rule with kind and place, in order of the pipeline', () => {
    expect(
      compile().catalogue.map(({ kind, ref }) => `${kind} ${ref.id} ${ref.file}:${ref.line}`),
    ).to.deep.equal([
      'service shop services.yaml:4',
      'classify disk triage.yaml:4',
      'classify rest triage.yaml:9',
      'group by-service correlation.yaml:4',
      'route default routing.yaml:4',
      'route major routing.yaml:9',
      'route major-disk routing.yaml:14',
      'policy standard escalation.yaml:13',
    ]);
  });

  it('lists rules with what they are at an instant, and those that are not in force', () => {
    const end = Date.UTC(2027, 6, 1);
    const rules = compile({
      'a.yaml': `${triage}${rule('old', 'set: adjust\nstatus: deprecated\nmatch: { service: shop }\nthen: { env: prod }')}${rule(
        'trial',
        'set: adjust\nstatus: shadow\nmatch: { service: shop }\nthen: { env: prod }',
      )}${rule(
        'part',
        'set: adjust\ncanary: { percent: 10 }\nexpires: 2027-06-30\nmatch: { service: shop }\nthen: { env: prod }',
      )}`,
      'maintenance.yaml': `apiVersion: tocsin/v1\nkind: Maintenance\nwindows:\n${rule(
        'move',
        'title: Move\nmatch: { service: shop }\nfrom: 2027-01-01T00:00:00\nto: 2027-06-30T24:00:00',
      ).replace('T24:00', 'T23:00')}`,
      'inhibition.yaml': `apiVersion: tocsin/v1\nkind: Inhibition\nrules:\n${rule(
        'off',
        'title: Off\nstatus: disabled\nwhen: { severity: critical }\nmute: { severity: warning }\nequal: [service]',
      )}`,
      'routing.yaml': edited('routing.yaml', 'id: major-disk', 'id: major-disk\n          status: disabled'),
    });
    const at = (instant: number): Record<string, string> =>
      Object.fromEntries(
        [...rules.catalogue, ...(rules.disabled ?? [])].map((one) => [one.ref.id, statusOf(one, instant)]),
      );
    expect(at(end - 1)).to.include({ old: 'deprecated', trial: 'shadow', part: 'active', disk: 'active' });
    expect(at(end)).to.include({ part: 'expired', move: 'expired', off: 'disabled' });
    expect(at(end)).to.include({ 'major-disk': 'disabled', major: 'active' });
    expect(at(Date.UTC(2026, 0, 1))).to.include({ move: 'active' });
    expect(rules.catalogue.find(({ ref }) => ref.id === 'part')?.canary?.percent).to.equal(10);
    expect(rules.catalogue.some(({ ref }) => ref.id === 'off')).to.equal(false);
  });

  it('tells the mistakes of all kinds at once', () => {
    const { ruleSet, issues } = loadOverMinimal({
      'services.yaml': edited('services.yaml', 'team: platform', 'team: nobody'),
      'triage.yaml': edited('triage.yaml', 'urgency: low', 'urgency: none'),
      'routing.yaml': edited('routing.yaml', 'policy: standard', 'policy: other'),
      'priority.yaml': edited('priority.yaml', 'low: P3 }', 'low: P5 }').replace(
        'low: P5 }\n  low',
        'low: P1 }\n  low',
      ),
      'escalation.yaml': edited('escalation.yaml', 'team: desk', 'team: ghost'),
    });
    expect(ruleSet).to.equal(null);
    expect(new Set(issues.map(({ place }) => place.file))).to.deep.equal(
      new Set(['services.yaml', 'triage.yaml', 'routing.yaml', 'escalation.yaml']),
    );
  });

  it('lets named matchers use each other in any order', () => {
    const vocabulary = `apiVersion: tocsin/v1
kind: Vocabulary
lists:
  - { id: disk-alerts, items: [DiskFull, InodesLow] }
matchers:
  - { id: live-disk, match: { use: live, labels.alertname: DiskFull } }
  - { id: live, match: { any: [{ use: production }, { env: { exists: false } }] } }
  - { id: production, match: { env: prod } }
`;
    const { classify } = compile({
      'vocabulary.yaml': vocabulary,
      'triage.yaml': edited('triage.yaml', 'unless: { env: dev }', 'unless: { use: live-disk }'),
    });
    const holds = (env: Record<string, string>): boolean =>
      matches(classify[0]!.match, subject({ 'labels.alertname': 'DiskFull', ...env }), 0);
    expect(holds({ env: 'dev' })).to.equal(true);
    expect(holds({ env: 'prod' })).to.equal(false);
    expect(holds({})).to.equal(false);
  });
});
