import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import {
  alertRulesOf,
  prometheusRulesPath,
  readPrometheusRules,
  type AlertRule,
} from '../support/prometheus-rules-file.js';
import { findProgram, type Program } from '../support/servers/debian-package.js';
import { runProgram } from '../support/servers/run-program.js';
import { skipUnlessAvailable } from '../support/servers/skip-unless-available.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { alertCases, type FiringCase, type Series } from './prometheus/alert-cases.js';
import { outwardAlertCases } from './prometheus/alert-cases-outward.js';
import { recordingCases } from './prometheus/recording-cases.js';

const groups = await readPrometheusRules();
const alerts = alertRulesOf(groups);
const cases = { ...alertCases, ...outwardAlertCases };

describe('the Prometheus rules about Tocsin, as promtool sees them', function () {
  this.timeout(60_000);
  let promtool: Program;
  let work: TempDir | undefined;

  before(async function () {
    promtool = await skipUnlessAvailable(this, () =>
      findProgram({ command: 'promtool', packages: ['prometheus'] }),
    );
    work = await makeTempDir('promtool');
  });

  after(async () => {
    await work?.remove();
  });

  it('are well formed', async () => {
    const { code, output } = await runProgram(promtool, ['check', 'rules', prometheusRulesPath]);
    expect(code, output).to.equal(0);
    expect(output).to.include('SUCCESS');
  });

  it('have cases for every alert and every recording, and for nothing else', () => {
    expect(Object.keys(cases)).to.have.members(alerts.map(({ alert }) => alert));
    const recorded = groups.flatMap(({ rules }) =>
      rules.flatMap((rule) => ('record' in rule ? rule.record : [])),
    );
    expect(recordingCases.map(({ record }) => record)).to.have.members(recorded);
  });

  for (const rule of alerts) {
    it(`fire ${rule.alert} when they should, with words for people, and else not`, async () => {
      const { fires, quiet } = cases[rule.alert]!;
      expect([fires.length, quiet.length].every((count) => count > 0)).to.equal(true);
      const tests = [
        ...fires.map((firing) => testOf(rule.alert, firing, [expected(rule, firing)])),
        ...quiet.map((still) => testOf(rule.alert, still, [])),
      ];
      await expectSuccess(rule.alert, tests);
    });
  }

  it('record means and ratios', async () => {
    const tests = recordingCases.map(({ record, series, at, samples }) => ({
      interval: '5m',
      input_series: inputSeries(series),
      promql_expr_test: [
        {
          expr: record,
          eval_time: at,
          exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels: record + labels, value })),
        },
      ],
    }));
    await expectSuccess('recordings', tests);
  });

  async function expectSuccess(name: string, tests: readonly object[]): Promise<void> {
    const file = join(work!.path, `${name}.yml`);
    const content = { rule_files: [resolve(prometheusRulesPath)], evaluation_interval: '1m', tests };
    await writeFile(file, stringify(content));
    const { code, output } = await runProgram(promtool, ['test', 'rules', file]);
    expect(code, output).to.equal(0);
  }
});

function inputSeries(series: Series): readonly object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

function testOf(
  alertname: string,
  { series, at }: Pick<FiringCase, 'series' | 'at'>,
  exp_alerts: readonly object[],
): object {
  return {
    interval: '1m',
    input_series: inputSeries(series),
    alert_rule_test: [{ alertname, eval_time: `${at}m`, exp_alerts }],
  };
}

function expected(rule: AlertRule, { labels, summary, description }: FiringCase): object {
  return {
    exp_labels: { ...rule.labels, ...labels },
    exp_annotations: { summary, description, runbook_url: rule.annotations['runbook_url'] },
  };
}
