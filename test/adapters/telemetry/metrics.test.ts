import { expect } from 'chai';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { registerStateMetrics, type ShardSources } from '../../../src/adapters/telemetry/state-metrics.js';
import { createTelemetry, type Telemetry } from '../../../src/adapters/telemetry/telemetry.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { slaClockNames } from '../../../src/domain/incident/sla.js';
import { counterLabels, createTotals } from '../../../src/domain/triage/totals.js';
import { parseExposition } from '../../support/parse-exposition.js';
import { sampleEvents } from '../../support/sample-events.js';

const everyEvent = Object.values(sampleEvents).flat() as TelemetryEvent[];
const minute = 60_000;

/** State metrics alone, with sources that a test may replace. */
function expose(sources: Partial<ShardSources> = {}) {
  const registry = new Registry();
  const failures: unknown[] = [];
  const totals = createTotals();
  const shard: ShardSources = {
    shard: 0,
    totals: () => totals.snapshot(),
    census: () => ({ alerts: { firing: 3, resolved: 1, expired: 0 }, incidents: [] }),
    outboxPending: () => 2,
    logLag: () => Promise.resolve(5),
    ...sources,
  };
  registerStateMetrics(
    { registry, onFailure: (error) => failures.push(error) },
    { all: () => [shard], labels: () => ({}) },
  );
  return { totals, failures, scrape: async () => parseExposition(await registry.metrics()) };
}

describe('metrics of committed state', () => {
  it('show every counter of the totals with its labels', async () => {
    const { totals, scrape } = expose();
    totals.inc('alerts_received', ['prometheus', 'firing'], 41);
    totals.inc('sla_breaches', ['P2', 'L3', 'resolve'], 2);
    const exposition = await scrape();
    for (const name of Object.keys(counterLabels)) {
      expect(exposition.types.get(`tocsin_${name}_total`)).to.equal('counter');
    }
    const received = { source: 'prometheus', status: 'firing' };
    expect(exposition.value('tocsin_alerts_received_total', received)).to.equal(41);
    const breach = { priority: 'P2', tier: 'L3', clock: 'resolve' };
    expect(exposition.value('tocsin_sla_breaches_total', breach)).to.equal(2);
  });

  it('show durations in seconds, in buckets that hold all below', async () => {
    const { totals, scrape } = expose();
    for (const ms of [30_000, minute, 90_000, 10 * 24 * 60 * minute]) {
      totals.observe('incident_time_to_resolve', ['P1', 'L2'], ms);
    }
    const exposition = await scrape();
    const name = 'tocsin_incident_time_to_resolve_seconds';
    const of = { priority: 'P1', tier: 'L2' };
    expect(exposition.types.get(name)).to.equal('histogram');
    expect(exposition.value(`${name}_bucket`, { ...of, le: '60' })).to.equal(2);
    expect(exposition.value(`${name}_bucket`, { ...of, le: '120' })).to.equal(3);
    expect(exposition.value(`${name}_bucket`, { ...of, le: '604800' })).to.equal(3);
    expect(exposition.value(`${name}_bucket`, { ...of, le: '+Inf' })).to.equal(4);
    expect(exposition.value(`${name}_count`, of)).to.equal(4);
    expect(exposition.value(`${name}_sum`, of)).to.equal(180 + 10 * 24 * 3600);
  });

  it('begin at zero where all label values are known, so that the first event is an increase', async () => {
    const exposition = await expose().scrape();
    const count = (name: string) => exposition.samples.filter((sample) => sample.name === name).length;
    expect(count('tocsin_incidents_opened_total')).to.equal(15);
    expect(count('tocsin_incidents_resolved_total')).to.equal(45);
    expect(count('tocsin_sla_breaches_total')).to.equal(5 * 3 * slaClockNames.length);
    expect(count('tocsin_alerts_suppressed_total')).to.equal(4);
    expect(count('tocsin_alert_to_notification_seconds_count')).to.equal(5);
    expect(count('tocsin_incident_time_to_resolve_seconds_count')).to.equal(15);
    expect(count('tocsin_incidents_open')).to.equal(60);
    expect(count('tocsin_rule_hits_total')).to.equal(0);
    expect(exposition.samples.filter(({ value }) => value !== 0).map(({ name }) => name)).to.have.members([
      'tocsin_alerts_active',
      'tocsin_alerts_active',
      'tocsin_outbox_pending',
      'tocsin_log_lag_entries',
    ]);
  });

  it('count open incidents by priority, tier and state, and no others', async () => {
    const incident = { priority: 'P1', tier: 'L2' } as const;
    const exposition = await expose({
      census: () => ({
        alerts: { firing: 0, resolved: 0, expired: 0 },
        incidents: [
          { ...incident, state: 'new', count: 4 },
          { ...incident, state: 'resolved', count: 9 },
        ],
      }),
    }).scrape();
    expect(exposition.value('tocsin_incidents_open', { ...incident, state: 'new' })).to.equal(4);
    expect(exposition.value('tocsin_incidents_open', { state: 'resolved' })).to.equal(undefined);
  });

  it('show gauges of alerts, outbox and log', async () => {
    const exposition = await expose().scrape();
    expect(exposition.value('tocsin_alerts_active', { status: 'firing' })).to.equal(3);
    expect(exposition.value('tocsin_outbox_pending')).to.equal(2);
    expect(exposition.value('tocsin_log_lag_entries', { shard: '0' })).to.equal(5);
  });

  it('show nothing of a shard that this process does not own', async () => {
    const exposition = await expose({ totals: () => null, census: () => null }).scrape();
    const names = new Set(exposition.samples.map(({ name }) => name));
    expect([...names]).to.have.members(['tocsin_outbox_pending', 'tocsin_log_lag_entries']);
  });

  it('leave out what could not be read, and tell, while the others stand', async () => {
    const { failures, scrape } = expose({
      outboxPending: () => Promise.reject(new Error('locked')),
      census: () => {
        throw new Error('stopped');
      },
    });
    const exposition = await scrape();
    expect(exposition.value('tocsin_outbox_pending')).to.equal(undefined);
    expect(exposition.value('tocsin_log_lag_entries')).to.equal(5);
    expect(failures).to.have.length(3);
  });

  it('carry label values of any text unharmed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), {
          selector: (pair) => JSON.stringify(pair.map((value) => value.replaceAll('\u0000', '\uFFFD'))),
          maxLength: 20,
        }),
        async (pairs) => {
          const { totals, scrape } = expose();
          for (const pair of pairs) totals.inc('alerts_received', pair);
          const exposition = await scrape();
          const found = exposition.samples
            .filter(({ name, value }) => name === 'tocsin_alerts_received_total' && value > 0)
            .map(({ labels }) => [labels['source'], labels['status']]);
          const wanted = pairs.map((pair) => pair.map((value) => value.replaceAll('\u0000', '\uFFFD')));
          expect(found).to.have.deep.members(wanted);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('tell apart label values that look like two when joined', async () => {
    const { totals, scrape } = expose();
    const odd = ['a"b\\n\n', 'status="x"', '},{', ' ', '名前', '😀\r\t'];
    for (const source of odd) totals.inc('alerts_received', [source, 'firing']);
    const exposition = await scrape();
    for (const source of odd) {
      expect(exposition.value('tocsin_alerts_received_total', { source }), source).to.equal(1);
    }
  });
});

describe('metrics of several shards', () => {
  it('have a label that goes with the shard, and come and go with it', async () => {
    const telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
    const shardOf = (shard: number) => {
      const totals = createTotals();
      totals.inc('alerts_received', ['prometheus', 'firing'], 10 + shard);
      return {
        shard,
        runner: {
          committed: () => ({ totals: totals.snapshot() }),
          census: () => ({ alerts: { firing: shard, resolved: 0, expired: 0 }, incidents: [] }),
          lag: () => Promise.resolve(shard),
        },
        outbox: { backlog: () => Promise.resolve(new Map([['log', 20 + shard]])) },
      };
    };
    let owned = [shardOf(1), shardOf(3)];
    telemetry.showShards({ owned: () => owned, labelled: true });
    const scrape = async () => parseExposition((await telemetry.metrics()).text);
    const before = await scrape();
    const received = { source: 'prometheus', status: 'firing' };
    expect(before.value('tocsin_alerts_received_total', { ...received, shard: '1' })).to.equal(11);
    expect(before.value('tocsin_alerts_received_total', { ...received, shard: '3' })).to.equal(13);
    expect(before.value('tocsin_outbox_pending', { shard: '3' })).to.equal(23);
    expect(before.value('tocsin_log_lag_entries', { shard: '3' })).to.equal(3);
    owned = owned.slice(1);
    const after = await scrape();
    expect(after.samples.filter(({ labels }) => labels['shard'] === '1')).to.deep.equal([]);
    expect(after.value('tocsin_alerts_active', { status: 'firing', shard: '3' })).to.equal(3);
  });
});

describe('metrics of the process', () => {
  let telemetry: Telemetry;

  beforeEach(() => {
    telemetry = createTelemetry({ level: 'fatal', format: 'json', write: () => undefined });
    everyEvent.forEach(telemetry.emit);
  });

  it('count what events tell', async () => {
    const { contentType, text } = await telemetry.metrics();
    expect(contentType).to.equal('text/plain; version=0.0.4; charset=utf-8');
    const { value } = parseExposition(text);
    expect(value('tocsin_alerts_rejected_total', { source: 'grafana', reason: 'overloaded' })).to.equal(0);
    const rejected = { source: 'prometheus', reason: 'invalid-body' };
    expect(value('tocsin_alerts_rejected_total', rejected)).to.equal(3);
    const request = { method: 'GET', route: '/api/v1/incidents/{id}', status: '200' };
    expect(value('tocsin_http_request_duration_seconds_sum', request)).to.equal(0.00321);
    expect(value('tocsin_commit_seconds_count')).to.equal(1);
    expect(value('tocsin_triage_delay_seconds_count')).to.equal(2);
    expect(value('tocsin_triage_delay_seconds_bucket', { le: '0.025' })).to.equal(1);
    const attempts = { notifier: 'desk-chat', outcome: 'retry' };
    expect(value('tocsin_notification_attempts_total', attempts)).to.equal(1);
    expect(value('tocsin_failures_total', { event: 'log-failed' })).to.equal(1);
    expect(value('nodejs_eventloop_lag_seconds')).to.be.a('number');
  });

  it('name the rules in force and whether the last reload succeeded', async () => {
    telemetry.emit({
      kind: 'rules-loaded',
      revision: 'aaaaaaaaaaaa',
      rules: 1,
      by: 'start',
      origin: 'start',
      warming: [],
    });
    const loaded = { kind: 'rules-loaded', revision: 'bbbbbbbbbbbb', rules: 1 } as const;
    telemetry.emit({ ...loaded, by: 'ada', origin: 'api', warming: ['shop'] });
    const after = parseExposition((await telemetry.metrics()).text);
    expect(after.value('tocsin_rules_last_reload_successful')).to.equal(1);
    const revisions = after.samples.filter(({ name }) => name === 'tocsin_rules_info');
    expect(revisions.map(({ labels }) => labels['revision'])).to.deep.equal(['bbbbbbbbbbbb']);
    telemetry.emit({
      kind: 'rules-reload-failed',
      by: 'disk',
      origin: 'disk',
      error: new Error('x'),
      issues: 1,
    });
    const failed = parseExposition((await telemetry.metrics()).text);
    expect(failed.value('tocsin_rules_last_reload_successful')).to.equal(0);
  });
});
