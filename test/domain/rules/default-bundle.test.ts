import { expect } from 'chai';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { createRuleLoader } from '../../../src/app/load-rules.js';
import type { Field, MatchSubject } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { inRepository } from '../../support/fixture-bundle.js';

/** Names and severities that Prometheus rules of well-known projects use. */
const categories: Readonly<Record<string, string>> = {
  Watchdog: 'monitoring/heartbeat',
  TargetDown: 'monitoring/targets',
  PrometheusRemoteWriteBehind: 'monitoring/pipeline',
  AlertmanagerFailedReload: 'monitoring/pipeline',
  KubePodCrashLooping: 'availability/restarts',
  HostOomKillDetected: 'availability/restarts',
  KubeDeploymentReplicasMismatch: 'availability/rollout',
  KubeNodeNotReady: 'availability/outage',
  KubeAPIDown: 'availability/outage',
  MysqlDown: 'availability/outage',
  EnvoyHighDownstreamHttp5xxErrorRate: 'availability/errors',
  NginxHighHttp5xxErrorRate: 'availability/errors',
  KubeAPIErrorBudgetBurn: 'availability/errors',
  ElasticsearchHighQueryLatency: 'availability/latency',
  EtcdGrpcRequestsSlow: 'availability/latency',
  PostgresqlReplicationLag: 'availability/replication',
  EtcdNoLeader: 'availability/replication',
  KubeJobFailed: 'availability/jobs',
  NodeRAIDDegraded: 'availability/hardware',
  NodeClockSkewDetected: 'availability/clock',
  KubePersistentVolumeFillingUp: 'capacity/storage',
  NodeFilesystemAlmostOutOfSpace: 'capacity/storage',
  KubeQuotaAlmostFull: 'capacity/quota',
  CPUThrottlingHigh: 'saturation/cpu',
  JvmMemoryFillingUp: 'saturation/memory',
  MysqlTooManyConnections: 'saturation/connections',
  KafkaConsumerGroupLag: 'saturation/queue',
  NodeNetworkReceiveErrs: 'saturation/network',
  KubeClientCertificateExpiration: 'security/certificate',
  ClickhouseAuthenticationFailures: 'security/access',
  KubeVersionMismatch: 'hygiene/configuration',
  SomethingNobodyKnows: 'unknown',
};

describe('default bundle', () => {
  let rules: RuleSet;

  before(async () => {
    const reader = createBundleReader({ directory: inRepository('rules') });
    const files = await reader.read();
    const { ruleSet, issues } = createRuleLoader({ reader })(files);
    expect(issues, 'neither error nor warning').to.deep.equal([]);
    if (ruleSet === null) throw new Error('No rule set.');
    rules = ruleSet;
    for (const [file, text] of files) {
      expect(text, file).to.match(
        /^# yaml-language-server: \$schema=(\.\.\/)+schemas\/[a-z]+\.schema\.json\n/,
      );
    }
  });

  function subject(labels: Readonly<Record<string, string>>): MatchSubject {
    return { read: (field: Field) => (field.kind === 'label' ? labels[field.name] : undefined) };
  }

  function envOf(labels: Readonly<Record<string, string>>): string | undefined {
    return rules.normalize.findLast((rule) => matches(rule.match, subject(labels), 0))?.then.env;
  }

  function serviceOf(labels: Readonly<Record<string, string>>): string | undefined {
    return rules.bindings.find(({ match }) => matches(match, subject(labels), 0))?.service.id;
  }

  for (const [alertname, category] of Object.entries(categories)) {
    it(`files ${alertname} under ${category}`, () => {
      const rule = rules.classify.find(({ match }) => matches(match, subject({ alertname }), 0));
      expect(rule?.then.category).to.equal(category);
    });
  }

  it('reads the environment from label, namespace or cluster, the surest last', () => {
    expect(envOf({ env: 'production' })).to.equal('prod');
    expect(envOf({ environment: 'uat' })).to.equal('stage');
    expect(envOf({ namespace: 'shop-dev' })).to.equal('dev');
    expect(envOf({ cluster: 'EU-Prod-1' })).to.equal('prod');
    expect(envOf({ cluster: 'prod-1', namespace: 'shop-stg' })).to.equal('stage');
    expect(envOf({ cluster: 'prod-1', namespace: 'shop-stg', env: 'dev' })).to.equal('dev');
    expect(envOf({ cluster: 'reproduction', namespace: 'latest' })).to.equal(undefined);
    expect(envOf({})).to.equal(undefined);
  });

  it('gives a team its own namespaces even where kubelet or node-exporter tell', () => {
    expect(
      serviceOf({ alertname: 'KubePersistentVolumeFillingUp', job: 'kubelet', namespace: 'shop' }),
    ).to.equal('shop');
    expect(serviceOf({ alertname: 'KubeNodeNotReady', job: 'kube-state-metrics' })).to.equal('kubernetes');
    expect(serviceOf({ alertname: 'NodeFilesystemAlmostOutOfSpace', job: 'node-exporter' })).to.equal(
      'kubernetes',
    );
    expect(serviceOf({ alertname: 'Watchdog' })).to.equal('monitoring');
    expect(serviceOf({ alertname: 'HttpErrors', job: 'shop-api' })).to.equal('shop');
    expect(serviceOf({ alertname: 'HttpErrors', job: 'other' })).to.equal(undefined);
  });

  it('works without any outside receiver', () => {
    expect([...rules.notifiers.values()].map(({ type }) => type)).to.deep.equal(['log']);
  });
});
