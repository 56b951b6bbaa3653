import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Field, MatchSubject } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { incomingAlert } from '../../support/default-bundle/alert-definitions.js';
import { defaultRules } from '../../support/default-bundle/default-rules.js';
import { judgeAlerts, type Judgement } from '../../support/default-bundle/judge-alerts.js';
import { inRepository } from '../../support/fixture-bundle.js';

interface Named {
  readonly alert: string;
  readonly severity: string;
  readonly category: string;
}

function otherNames(): readonly Named[] {
  const path = inRepository('test', 'fixtures', 'alert-definitions', 'other-names.tsv');
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [alert = '', severity = '', category = ''] = line.split('\t');
      return { alert, severity, category };
    });
}

describe('default bundle', () => {
  let rules: RuleSet;

  before(async () => {
    const { rules: loaded, files } = await defaultRules();
    rules = loaded;
    for (const [file, text] of files) {
      expect(text, file).to.match(
        /^# yaml-language-server: \$schema=(\.\.\/)+schemas\/[a-z]+\.schema\.json\n/,
      );
    }
  });

  function judge(alert: string, labels: Readonly<Record<string, string>>, severity = 'critical'): Judgement {
    const [judged] = judgeAlerts(rules, [incomingAlert({ project: '', alert, severity, labels })]);
    if (judged === undefined) throw new Error('Nothing was judged.');
    return judged;
  }

  function subject(labels: Readonly<Record<string, string>>): MatchSubject {
    return { read: (field: Field) => (field.kind === 'label' ? labels[field.name] : undefined) };
  }

  function envOf(labels: Readonly<Record<string, string>>): string | undefined {
    return rules.normalize.findLast((rule) => matches(rule.match, subject(labels), 0))?.then.env;
  }

  function serviceOf(labels: Readonly<Record<string, string>>): string | undefined {
    return rules.bindings.find(({ match }) => matches(match, subject(labels), 0))?.service.id;
  }

  it('files what people call their alerts, however they spell it, where an engineer would', () => {
    const names = otherNames();
    const judged = judgeAlerts(
      rules,
      names.map(({ alert, severity }) => incomingAlert({ project: '', alert, severity })),
    );
    const wrong = names.flatMap(({ alert, category }, index) => {
      const found = judged[index]?.alert.category;
      return found === category ? [] : [`${alert}: ${found ?? ''} instead of ${category}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('reads the summary where a name tells nothing, and says so where nothing does', () => {
    const [told, untold] = judgeAlerts(rules, [
      incomingAlert({ project: '', alert: 'Rule17', summary: 'The volume /srv is running out of space' }),
      incomingAlert({ project: '', alert: 'SomethingNobodyKnows', summary: 'Have a look' }),
    ]);
    expect(told?.alert.category).to.equal('capacity/storage');
    expect(untold?.alert).to.deep.include({ category: 'unknown' });
    expect(untold?.alert.labels).to.include({ needs_rule: 'yes' });
    expect(untold?.incident).to.include({ tier: 'L1', team: 'service-desk', priority: 'P3' });
  });

  it('takes the title for the name of an alert that has none', () => {
    const [judged] = judgeAlerts(rules, [
      { ...incomingAlert({ project: '', alert: 'x' }), title: 'Disk full on db-1', labels: {} },
    ]);
    expect(judged?.alert).to.include({ category: 'capacity/storage' });
    expect(judged?.alert.labels).to.deep.equal({ alertname: 'Disk full on db-1' });
  });

  it('reads the environment from label, namespace or cluster, the surest last', () => {
    expect(envOf({ env: 'production' })).to.equal('prod');
    expect(envOf({ environment: 'uat' })).to.equal('stage');
    expect(envOf({ namespace: 'shop-dev' })).to.equal('dev');
    expect(envOf({ cluster: 'EU-Prod-1' })).to.equal('prod');
    expect(envOf({ cluster: 'prod-1', namespace: 'shop-stg' })).to.equal('stage');
    expect(envOf({ cluster: 'prod-1', namespace: 'shop-stg', env: 'dev' })).to.equal('dev');
    expect(envOf({ alertname: 'x', cluster: 'reproduction', namespace: 'latest' })).to.equal(undefined);
    expect(envOf({ alertname: 'x' })).to.equal(undefined);
  });

  it('gives a team its own namespaces even where kubelet or node-exporter tell', () => {
    expect(
      serviceOf({ alertname: 'KubePersistentVolumeFillingUp', job: 'kubelet', namespace: 'shop' }),
    ).to.equal('shop');
    const exporters = { namespace: 'monitoring', instance: '10.0.0.1:9100' };
    expect(serviceOf({ alertname: 'KubeNodeNotReady', job: 'kube-state-metrics', ...exporters })).to.equal(
      'kubernetes',
    );
    expect(
      serviceOf({ alertname: 'NodeFilesystemAlmostOutOfSpace', job: 'node-exporter', ...exporters }),
    ).to.equal('hosts');
    expect(serviceOf({ alertname: 'Watchdog' })).to.equal('monitoring');
    expect(serviceOf({ alertname: 'HttpErrors', job: 'shop-api' })).to.equal('shop');
    expect(serviceOf({ alertname: 'MysqlDown', namespace: 'shop' })).to.equal('shop');
    expect(serviceOf({ alertname: 'KubePodCrashLooping', namespace: 'kafka' })).to.equal('messaging');
    expect(serviceOf({ alertname: 'etcdDatabaseQuotaLowSpace' })).to.equal('kubernetes');
    expect(serviceOf({ alertname: 'HttpErrors', job: 'other' })).to.equal(undefined);
  });

  it('gives trouble of a product to its team, more urgently the more hangs on it', () => {
    const shop = { namespace: 'shop' };
    expect(judge('HighErrorRate', shop).incident).to.include({ priority: 'P1', tier: 'L2', team: 'shop' });
    expect(judge('HighErrorRate', shop, 'warning').incident).to.include({ priority: 'P2', team: 'shop' });
    expect(judge('KubePodCrashLooping', shop, 'warning').incident).to.include({
      priority: 'P3',
      team: 'shop',
    });
    expect(judge('CPUThrottlingHigh', shop, 'info').incident).to.include({ priority: 'P4', team: 'shop' });
    expect(judge('KubeJobFailed', shop).incident).to.include({ priority: 'P3', team: 'shop' });
    expect(judge('HighErrorRate', { namespace: 'shop-dev' }).incident).to.include({ priority: 'P3' });
  });

  it('says the same by day and by night, but wakes nobody for a service that can wait', () => {
    const night = Date.UTC(2026, 10, 22, 2);
    const sent = incomingAlert({ project: '', alert: 'MailQueueStuck', severity: 'critical' });
    const [byDay] = judgeAlerts(rules, [sent]);
    const [byNight] = judgeAlerts(rules, [sent], night);
    expect(byDay?.incident).to.include({ priority: 'P3', policy: 'standard' });
    expect(byNight?.incident).to.include({ priority: 'P3', policy: 'quiet' });
  });

  it('works without any outside receiver', () => {
    expect([...rules.notifiers.values()].map(({ type }) => type)).to.deep.equal(['log']);
  });
});
