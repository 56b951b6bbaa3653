import { expect } from 'chai';
import {
  incomingAlert,
  readDefinitions,
  type AlertDefinition,
} from '../../support/default-bundle/alert-definitions.js';
import { defaultRules } from '../../support/default-bundle/default-rules.js';
import { judgeAlerts, type Judgement } from '../../support/default-bundle/judge-alerts.js';

type Judged = Judgement & { readonly definition: AlertDefinition };

/** docs/default-bundle.md shows every one of them. */
describe('the default bundle on the alert definitions of other projects', () => {
  let all: readonly Judged[];
  let byName: readonly Judged[];

  before(async () => {
    const { rules } = await defaultRules();
    const definitions = readDefinitions();
    const judge = (each: readonly AlertDefinition[]): readonly Judged[] =>
      judgeAlerts(rules, each.map(incomingAlert)).map((judgement, index) => ({
        ...judgement,
        definition: each[index] as AlertDefinition,
      }));
    all = judge(definitions);
    byName = judge(
      definitions.map(({ project, alert, severity, labels }) => ({
        project,
        alert,
        ...(severity !== undefined && { severity }),
        ...(labels !== undefined && { labels }),
      })),
    );
  });

  const share = (judged: readonly Judged[], holds: (one: Judged) => boolean): number =>
    judged.filter(holds).length / judged.length;
  const names = (holds: (one: Judged) => boolean): readonly string[] =>
    all.filter(holds).map(({ definition, incident }) => `${definition.alert} ${incident?.priority ?? '–'}`);

  it('knows what at least 95 % are about, most from the name alone', () => {
    expect(all).to.have.length(1093);
    expect(share(all, ({ alert }) => alert.category !== 'unknown')).to.be.at.least(0.95);
    expect(share(byName, ({ alert }) => alert.category !== 'unknown')).to.be.at.least(0.95);
  });

  it('opens an incident for every one, as each came alone', () => {
    expect(names(({ incident }) => incident === null)).to.deep.equal([]);
  });

  it('has nobody called for what is said to be for information', () => {
    const called = ({ incident }: Judged): boolean => ['P1', 'P2'].includes(incident?.priority ?? '');
    expect(
      names((one) => called(one) && !['critical', 'warning'].includes(one.alert.severity)),
    ).to.deep.equal([]);
    expect(names((one) => one.alert.severity === 'none' && one.incident?.priority !== 'P5')).to.deep.equal(
      [],
    );
  });

  it('takes what is said to be critical seriously, but a few as the end of the world only', () => {
    const critical = all.filter(({ alert }) => alert.severity === 'critical');
    const low = critical.filter(({ incident }) => ['P4', 'P5'].includes(incident?.priority ?? ''));
    expect(low.map(({ definition }) => definition.alert)).to.deep.equal([
      'PrometheusAlertmanagerE2eDeadManSwitch',
    ]);
    expect(share(critical, ({ incident }) => incident?.priority === 'P1')).to.be.within(0.02, 0.1);
    expect(
      names((one) => one.incident?.priority === 'P1' && one.alert.severity !== 'critical'),
    ).to.deep.equal([]);
  });

  it('gives the first priority to what everything stands on, not to one pod or job', () => {
    const first = (alert: string): boolean =>
      all.some((one) => one.definition.alert === alert && one.incident?.priority === 'P1');
    for (const alert of [
      'KubeAPIDown',
      'EtcdNoLeader',
      'ElasticsearchClusterRed',
      'PveClusterNotQuorate',
      'VaultSealed',
    ])
      expect(first(alert), alert).to.equal(true);
    for (const alert of [
      'KubernetesPodNotHealthy',
      'KubernetesCronjobFailing',
      'MgobBackupFailed',
      'MysqlDown',
      'SslCertificateRevoked',
    ])
      expect(first(alert), alert).to.equal(false);
  });

  it('lets batch jobs, backups and housekeeping wait, and security never lie about', () => {
    const urgent = ({ incident }: Judged): boolean => ['P1', 'P2'].includes(incident?.priority ?? '');
    expect(names((one) => /^(jobs|config)\/|backup/.test(one.alert.category) && urgent(one))).to.deep.equal(
      [],
    );
    expect(
      names(
        ({ alert, incident }) =>
          alert.category.startsWith('security/') && ['P4', 'P5'].includes(incident?.priority ?? ''),
      ),
    ).to.deep.equal(['GitlabGitalyAuthenticationFailures P4', 'GitlabCiRunnerAuthenticationFailures P4']);
  });

  const owners: readonly { of: string; projects: RegExp; teams: readonly string[] }[] = [
    {
      of: 'databases',
      projects:
        /^(mysql|postgresql|mongodb|redis|cassandra|clickhouse|couchdb|elasticsearch|oracle|sql-server|memcached|solr)/,
      teams: ['database'],
    },
    {
      of: 'the network',
      projects: /^(snmp|juniper|wireguard|coredns|speedtest|cilium)/,
      teams: ['network', 'security'],
    },
    {
      of: 'monitoring',
      projects: /^(prometheus-self|thanos|loki|grafana|kube-prometheus\/(prometheus|alertmanager))/,
      teams: ['platform', 'service-desk', 'network'],
    },
    { of: 'secrets and identity', projects: /^(hashicorp-vault|keycloak)/, teams: ['security'] },
    {
      of: 'clusters and machines',
      projects: /^(kubernetes|host-and|windows|ipmi)|nodeExporter|ControlPlane/,
      teams: ['platform', 'service-desk', 'network'],
    },
  ];
  for (const { of, projects, teams } of owners) {
    it(`gives ${of} to ${teams.join(', ')}`, () => {
      const own = all.filter(({ definition }) => projects.test(definition.project));
      expect(own.length).to.be.greaterThan(5);
      const right = share(
        own,
        ({ alert, incident }) =>
          alert.category.startsWith('security/') || teams.includes(incident?.team ?? ''),
      );
      expect(right).to.be.at.least(0.97);
    });
  }

  it('has the first line do what a runbook says, and experts what none does', () => {
    const tierOf = (alert: string): string | undefined =>
      all.find(({ definition }) => definition.alert === alert)?.incident?.tier;
    for (const alert of [
      'HostDiskMayFillIn24Hours',
      'KubeJobFailed',
      'HostHighCpuLoad',
      'KubeQuotaAlmostFull',
    ])
      expect(tierOf(alert), alert).to.equal('L1');
    for (const alert of ['EtcdNoLeader', 'CephPgInconsistent', 'KubeAPIDown', 'PatroniHasNoLeader'])
      expect(tierOf(alert), alert).to.equal('L3');
  });
});
