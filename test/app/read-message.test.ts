import { expect } from 'chai';
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { keptBytes } from '../../src/app/keep-unread.js';
import { createMessageReader, maxMessageBytes, type ReadMessage } from '../../src/app/read-message.js';
import { loadOverMinimal } from '../support/fixture-bundle.js';
import { payloadFixture } from '../support/payload-fixture.js';

const now = Date.UTC(2026, 10, 22, 10);

const bundle = `
apiVersion: tocsin/v1
kind: Intake
topics:
  - { id: own, topics: [own], format: json }
  - { id: prometheus, topics: [prometheus], format: json, source: prometheus }
  - { id: own-lines, topics: [own-lines], format: ndjson }
  - { id: mesh, topics: [mesh], format: alertmanager }
  - { id: events, topics: [events], format: alertmanager-events }
  - { id: builds, topics: [builds], format: json, source: ci }
  - { id: batches, topics: [batches], format: json, source: ci.batch }
  - { id: consoles, topics: [console], format: lines, source: console }
---
apiVersion: tocsin/v1
kind: Source
sources:
  - id: ci
    only: { from: type, values: [build] }
    alert:
      labels: { alertname: { value: BuildFailed }, job: job.name, branch: { from: git.branch, default: main } }
      annotations: { log: /links/log.html }
      values: { seconds: took }
      title: result
      env: { value: prod }
      service: owner
      severity: { from: level, words: { Broken: critical } }
      status: { from: state, resolved: [FIXED] }
      startsAt: { from: started, unit: s }
      endsAt: { from: ended }
  - id: ci.batch
    each: builds
    alert:
      labels: { job: name, server: /server }
  - id: console
    pattern: '(?P<level>[A-Z]+) (?P<host>\\S+): (?P<text>.*)'
    alert:
      labels: { host: host }
      title: text
      annotations: { line: line }
      severity: { from: level }
`;

describe('reading messages of topics', () => {
  const { ruleSet, issues } = loadOverMinimal({ 'intake.yaml': bundle });
  const readMessage = createMessageReader({ check: createCheckBody(), clock: { now: () => now } });
  const read = (topic: string, message: unknown): ReadMessage => {
    const intake = ruleSet?.intake.get(topic);
    if (intake === undefined) throw new Error(`no topic ${topic}: ${JSON.stringify(issues)}`);
    const bytes = Buffer.isBuffer(message)
      ? message
      : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    return readMessage(intake, bytes);
  };
  const named = (name: string) => ({ labels: { alertname: name } });
  const namesOf = ({ alerts }: ReadMessage) => alerts.map(({ labels }) => labels['alertname']);

  it('reads one alert of the own format, or an array', () => {
    expect(read('own', named('A'))).to.deep.include({ ignored: 0, unread: null });
    expect(namesOf(read('own', [named('A'), named('B')]))).to.deep.equal(['A', 'B']);
    expect(read('own', named('A')).alerts[0]).to.include({ source: 'api', title: 'A' });
  });

  it('reads a message in the format of a source that it knows', () => {
    const alert = { ...named('Down'), endsAt: '2026-11-22T10:04:00Z' };
    expect(read('prometheus', [alert]).alerts[0]).to.include({ source: 'prometheus', endsAt: now + 240_000 });
  });

  it('reads what Prometheus repeats as it was read before, but for its end', () => {
    const labels = { alertname: 'Down', instance: 'db-1' };
    const ending = (endsAt: string): ReadMessage =>
      read('prometheus', [{ labels, startsAt: '2026-11-22T09:59:00Z', endsAt }]);
    const first = ending('2026-11-22T10:04:00Z').alerts[0];
    const repeat = ending('2026-11-22T10:05:00Z');
    expect(repeat).to.deep.equal({
      alerts: [{ ...first, endsAt: now + 300_000 }],
      ignored: 0,
      unread: null,
    });
    // Not parsed again: what follows knows it by the object.
    expect(repeat.alerts[0]?.labels).to.equal(first?.labels);
  });

  it('reads each line of NDJSON, and keeps the lines that it can not read together', () => {
    const text = `${JSON.stringify(named('A'))}\r\n{"no": 1}\n\n${JSON.stringify(named('B'))}\n{\n`;
    const result = read('own-lines', text);
    expect(namesOf(result)).to.deep.equal(['A', 'B']);
    expect(result.unread).to.include({ reason: 'invalid-body', text: '{"no": 1}\n{', bytes: 11, cut: false });
    expect(result.unread?.detail).to.match(/; and 1 more of its lines$/);
  });

  it('reads what Alertmanager sends to webhooks', () => {
    const message = payloadFixture('alertmanager-1.json');
    const { alerts, unread } = read('mesh', message);
    expect(unread).to.equal(null);
    expect(alerts).to.not.be.empty;
    for (const { source } of alerts) expect(source).to.equal('alertmanager');
  });

  it('keeps of a list just the items that are no alerts', () => {
    const result = read('own', [named('A'), { labels: { '': 'x' } }, named('B'), { labels: {} }]);
    expect(namesOf(result)).to.deep.equal(['A', 'B']);
    expect(result.unread).to.include({
      reason: 'invalid-alert',
      text: '[{"labels":{"":"x"}},{"labels":{}}]',
    });
    const webhook = { version: '4', receiver: 'x', alerts: [named('A'), { labels: {} }] };
    const rest = read('mesh', webhook).unread;
    expect(JSON.parse(rest?.text ?? '')).to.deep.equal({ ...webhook, alerts: [{ labels: {} }] });
    expect(rest?.detail).to.equal('/alerts/1/labels: at least one label pair required');
  });

  it('maps a message as the bundle declares it', () => {
    const build = {
      type: 'build',
      job: { name: 'shop' },
      links: { 'log.html': 'https://ci.example/7' },
      took: '12.5',
      result: ' 3 tests failed ',
      owner: 'checkout',
      level: 'broken',
      state: 'failing',
      started: now / 1000 - 60,
    };
    expect(read('builds', build)).to.deep.equal({
      ignored: 0,
      unread: null,
      alerts: [
        {
          source: 'ci',
          fingerprint: read('builds', { ...build, took: 1 }).alerts[0]?.fingerprint,
          severity: 'critical',
          title: '3 tests failed',
          labels: { alertname: 'BuildFailed', job: 'shop', branch: 'main' },
          annotations: { log: 'https://ci.example/7' },
          values: { seconds: 12.5 },
          env: 'prod',
          service: 'checkout',
          startsAt: now - 60_000,
        },
      ],
    });
    const fixed = { ...build, state: 'fixed', ended: '2026-11-22T10:00:00Z' };
    expect(read('builds', fixed).alerts[0]).to.include({ resolved: true, endsAt: now });
    expect(read('builds', { type: 'heartbeat' })).to.deep.equal({ alerts: [], ignored: 1, unread: null });
  });

  it('tells where a message does not fit the declaration', () => {
    const detail = (change: object): string | undefined => {
      const { unread, alerts } = read('builds', { type: 'build', job: { name: 'shop' }, ...change });
      expect(alerts).to.deep.equal([]);
      expect(unread?.reason).to.equal('invalid-alert');
      return unread?.detail;
    };
    expect(detail({ job: { name: ['shop'] } })).to.equal(
      '/job/name: must be text or a number, is a list or a map',
    );
    expect(detail({ took: 'long' })).to.equal('/took: must be a number');
    expect(detail({ started: 'today' })).to.equal('/started: must be a number of s since 1970');
    expect(detail({ ended: 'today' })).to.match(/^\/ended: must be an RFC 3339 time/);
  });

  it('makes an alert of each item of a list, and keeps the others', () => {
    const result = read('batches', { server: 'a', builds: [{ name: 'x' }, { name: {} }, { name: 'z' }] });
    expect(result.alerts.map(({ labels }) => labels)).to.deep.equal([
      { job: 'x', server: 'a' },
      { job: 'z', server: 'a' },
    ]);
    expect(JSON.parse(result.unread?.text ?? '')).to.deep.equal({ server: 'a', builds: [{ name: {} }] });
    expect(read('batches', { server: 'a' }).unread?.detail).to.equal('/builds: must be a list');
  });

  it('makes an alert of each line that the pattern takes', () => {
    const { alerts, ignored, unread } = read('console', 'ERROR db-1: disk full\n  at x\nFATAL db-2: gone\n');
    expect({ ignored, unread }).to.deep.equal({ ignored: 1, unread: null });
    expect(alerts.map(({ severity, title, labels }) => ({ severity, title, labels }))).to.deep.equal([
      { severity: 'error', title: 'disk full', labels: { host: 'db-1' } },
      { severity: 'critical', title: 'gone', labels: { host: 'db-2' } },
    ]);
    expect(alerts[0]?.annotations).to.deep.equal({ line: 'ERROR db-1: disk full' });
  });

  it('lets empty messages be', () => {
    for (const topic of ['own', 'own-lines', 'mesh', 'console'])
      expect(read(topic, ' \n'), topic).to.deep.equal({ alerts: [], ignored: 1, unread: null });
  });

  it('keeps bytes that are no text as they are', () => {
    const bytes = Buffer.from([0x0a, 0xff, 0xfe]);
    expect(read('events', bytes).unread).to.include({
      reason: 'not-utf8',
      encoding: 'base64',
      text: bytes.toString('base64'),
      bytes: 3,
    });
  });

  it('says what is no JSON, and what is JSON of another shape', () => {
    expect(read('own', '{"labels": ').unread).to.include({ reason: 'not-json', text: '{"labels": ' });
    const { unread } = read('own', { labels: { a: 1 } });
    expect(unread).to.include({
      reason: 'invalid-body',
      detail: '/labels/a: This must be a text, but is 1.',
    });
  });

  it('cuts what it keeps, between two characters', () => {
    const text = `{${'é'.repeat(keptBytes)}`;
    const { unread } = read('own', text);
    expect(unread).to.include({ cut: true, bytes: 1 + 2 * keptBytes, encoding: 'utf8' });
    expect(Buffer.byteLength(unread?.text ?? '')).to.equal(keptBytes - 1);
    expect(text.startsWith(unread?.text ?? '-')).to.equal(true);
  });

  it('does not look into a message that is larger than any may be', () => {
    const { unread } = read('own', Buffer.alloc(maxMessageBytes + 1, ' '));
    expect(unread).to.include({ reason: 'too-large', cut: true, bytes: maxMessageBytes + 1 });
  });
});
