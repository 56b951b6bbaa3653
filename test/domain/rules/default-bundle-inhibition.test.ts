import { expect } from 'chai';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { defaultRules } from '../../support/default-bundle/default-rules.js';
import { createWorld, minute, type World } from '../../support/engine-world.js';

type Labels = Readonly<Record<string, string>>;

describe('the default bundle holds back', () => {
  let rules: RuleSet;
  let world: World;

  before(async () => {
    ({ rules } = await defaultRules());
  });
  beforeEach(() => {
    world = createWorld(rules);
  });

  function fire(alertname: string, severity: 'critical' | 'warning' | 'info' | 'none', labels: Labels): void {
    world.receive({ severity, labels: { alertname, severity, ...labels } });
  }

  function clear(alertname: string, severity: 'critical' | 'warning', labels: Labels): void {
    world.receive({ severity, labels: { alertname, severity, ...labels }, resolved: true });
  }

  /** Rules that hold the alert back, of which there is one of the name and severity. */
  function heldBackBy(alertname: string, severity: string): readonly string[] {
    const alert = world
      .alerts()
      .find(({ labels }) => labels['alertname'] === alertname && labels['severity'] === severity);
    return (alert?.suppressedBy ?? []).map(({ id }) => id);
  }

  it('the warning where the same of the same volume is critical, and not of another', () => {
    const root = { instance: 'db-1:9100', mountpoint: '/', job: 'node-exporter' };
    fire('NodeFilesystemSpaceFillingUp', 'critical', root);
    fire('NodeFilesystemSpaceFillingUp', 'warning', root);
    expect(heldBackBy('NodeFilesystemSpaceFillingUp', 'warning')).to.deep.equal([
      'critical-covers-warning-of-a-mount',
    ]);
    clear('NodeFilesystemSpaceFillingUp', 'critical', root);
    expect(heldBackBy('NodeFilesystemSpaceFillingUp', 'warning')).to.deep.equal([]);
    fire('NodeFilesystemSpaceFillingUp', 'critical', { ...root, mountpoint: '/srv' });
    expect(heldBackBy('NodeFilesystemSpaceFillingUp', 'warning')).to.deep.equal([]);
  });

  it('the warning of the same kind under another name', () => {
    const instance = { instance: 'es-1:9114', job: 'elasticsearch' };
    fire('ElasticsearchHeapUsageTooHigh', 'critical', instance);
    fire('ElasticsearchHeapUsageWarning', 'warning', instance);
    fire('ElasticsearchDiskSpaceLow', 'warning', instance);
    expect(heldBackBy('ElasticsearchHeapUsageWarning', 'warning')).to.deep.equal([
      'critical-covers-warning-of-an-instance',
    ]);
    expect(heldBackBy('ElasticsearchDiskSpaceLow', 'warning')).to.deep.equal([]);
  });

  it('what a dead database no longer does, and for a moment after', () => {
    const instance = { instance: 'db-1:9104', job: 'mysql' };
    fire('MysqlDown', 'critical', instance);
    fire('MysqlSlaveReplicationLag', 'critical', instance);
    fire('MysqlSlaveReplicationLag', 'warning', { instance: 'db-2:9104', job: 'mysql' });
    expect(heldBackBy('MysqlSlaveReplicationLag', 'critical')).to.deep.equal(['down-explains-the-rest']);
    expect(heldBackBy('MysqlSlaveReplicationLag', 'warning')).to.deep.equal([]);
    clear('MysqlDown', 'critical', instance);
    expect(heldBackBy('MysqlSlaveReplicationLag', 'critical')).to.deep.equal(['down-explains-the-rest']);
    world.wait(2 * minute);
    expect(heldBackBy('MysqlSlaveReplicationLag', 'critical')).to.deep.equal([]);
  });

  it('the pods of a node that is gone', () => {
    fire('KubeNodeNotReady', 'warning', { node: 'worker-3' });
    fire('KubePodNotReady', 'warning', { node: 'worker-3', pod: 'api-1', namespace: 'payments' });
    expect(heldBackBy('KubePodNotReady', 'warning')).to.deep.equal(['node-explains-its-pods']);
  });

  it('information in a namespace where nothing worse happens', () => {
    fire('InfoInhibitor', 'none', { namespace: 'payments' });
    fire('CPUThrottlingHigh', 'info', { namespace: 'payments', pod: 'api-1' });
    fire('KubeQuotaAlmostFull', 'info', { namespace: 'elsewhere' });
    expect(heldBackBy('CPUThrottlingHigh', 'info')).to.deep.equal(['info-inhibitor']);
    expect(heldBackBy('KubeQuotaAlmostFull', 'info')).to.deep.equal([]);
  });

  it('from people what only shows that alerting works', () => {
    fire('Watchdog', 'none', {});
    fire('InfoInhibitor', 'none', { namespace: 'payments' });
    expect(heldBackBy('InfoInhibitor', 'none')).to.deep.equal(['watchdog-covers-info-inhibitor']);
    expect(world.incidents().map(({ priority, policy }) => [priority, policy])).to.deep.equal([
      ['P5', 'none'],
    ]);
    expect(world.outbox()).to.deep.equal([]);
  });

  it('small news of senders that do not wait themselves, until it has lasted', () => {
    const labels = { alertname: 'CPU usage', severity: 'info' };
    world.receive({ source: 'api', severity: 'info', labels });
    expect(world.incidents()).to.deep.equal([]);
    world.wait(3 * minute);
    expect(world.incidents()).to.have.length(1);
  });
});
