import { join } from 'node:path';
import { expect } from 'chai';
import { writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { sumOfMetric } from '../support/sum-of-metric.js';
import { metricNames } from '../generate/metric-catalogue.js';
import { panelQueries, readDashboards } from '../support/dashboard-files.js';
import { readPrometheusRules, recordingRulesOf } from '../support/prometheus-rules-file.js';
import { startScriptedReceiver, type ScriptedReceiver } from '../support/scripted-receiver.js';
import { findProgram } from '../support/servers/debian-package.js';
import { startPrometheus, type Prometheus } from '../support/servers/prometheus.js';
import { runProgram } from '../support/servers/run-program.js';
import { skipUnlessAvailable } from '../support/servers/skip-unless-available.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { liveThroughEverything } from './dashboards/live-through-everything.js';

const patienceMs = 60_000;
/** Everything happens within a minute. */
const variables = {
  job: '.*',
  instance: '.*',
  priority: '.*',
  tier: '.*',
  window: '5m',
  __range: '5m',
  __rate_interval: '2m',
};

const dashboards = await readDashboards();
const groups = await readPrometheusRules();

describe('the dashboards on a real Prometheus that scrapes Tocsin', function () {
  this.timeout(240_000);
  let work: TempDir | undefined;
  let receiver: ScriptedReceiver | undefined;
  let tocsin: TocsinProcess | undefined;
  let prometheus: Prometheus | undefined;

  before(async function () {
    work = await makeTempDir('dashboards');
    receiver = await startScriptedReceiver();
    const rulesDir = join(work.path, 'rules');
    const bundle = { labels: [], groupBy: ['group'], webhookUrl: receiver.url, held: 'Passing' };
    await writeAcceptanceBundle(rulesDir, bundle);
    const { url } = (tocsin = await startTocsin({ rulesDir }));
    prometheus = await skipUnlessAvailable(this, () =>
      startPrometheus({
        // Means over 30 days are recorded every five minutes; nobody waits for that here.
        rules: { groups: groups.map((group) => ({ ...group, interval: '1s' })) },
        alertmanagers: [],
        scrape: { tocsin: url },
      }),
    );
    await scraped(prometheus);
    await liveThroughEverything({
      url,
      receiver,
      scraped: () => scraped(prometheus!),
      reload: (edition) => writeAcceptanceBundle(rulesDir, { ...bundle, edition }),
    });
  });

  after(async function () {
    await prometheus?.stop();
    await tocsin?.stop();
    await receiver?.stop();
    await work?.remove();
  });

  it('see every metric move in the history that they are shown', async () => {
    const page = await (await fetch(`${tocsin!.url}/metrics`)).text();
    const still = metricNames.filter((name) => !name.endsWith('_bucket') && !(sumOfMetric(page, name)! > 0));
    // Of a Tocsin that has nothing left to do, in which nothing failed and no rule broke, and that reads no topics.
    expect(still, 'metrics that live-through-everything.ts does not move').to.have.members([
      'tocsin_outbox_pending',
      'tocsin_log_lag_entries',
      'tocsin_failures_total',
      'tocsin_dead_letters_total',
      'tocsin_rule_errors_total',
      'tocsin_topic_lag_messages',
    ]);
  });

  for (const { place, expr } of panelQueries(dashboards, variables)) {
    it(`have numbers at ${place}`, async () => {
      await expectNumbers(expr);
    });
  }

  for (const [file, { templating }] of dashboards) {
    for (const { name, query } of templating.list) {
      const asked = /^label_values\((.+), (\w+)\)$/.exec(typeof query === 'string' ? '' : query.query);
      if (asked === null) continue;
      it(`have values to choose from at ${file} / $${name}`, async () => {
        await expectNumbers(`count by (${asked[2]!}) (${asked[1]!.replace('$job', '.*')})`);
      });
    }
  }

  for (const { record } of recordingRulesOf(groups)) {
    it(`have the recording ${record} beside them`, async () => {
      await expectNumbers(record);
    });
  }

  it('go with alert rules that can all be evaluated', async () => {
    const answer = await fetch(`${prometheus!.url}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).to.equal(groups.flatMap((group) => group.rules).length);
    expect(rules.filter(({ health }) => health !== 'ok')).to.deep.equal([]);
  });

  it('read metrics that promtool finds nothing wrong with', async () => {
    const promtool = await findProgram({ command: 'promtool', packages: ['prometheus'] });
    const page = await (await fetch(`${tocsin!.url}/metrics`)).text();
    const whole = await runProgram(promtool, ['check', 'metrics'], page);
    expect(whole.output).not.to.contain('error while linting');
    // Node's own metrics have names that promtool's style rules dislike; ours have not.
    const families = page.split('\n\n').filter((family) => family.startsWith('# HELP tocsin_'));
    expect(families.length).to.be.above(20);
    const own = await runProgram(promtool, ['check', 'metrics'], `${families.join('\n\n').trimEnd()}\n`);
    expect(own).to.deep.equal({ code: 0, output: '' });
  });

  async function expectNumbers(expr: string): Promise<void> {
    const samples = await prometheus!.query(expr);
    expect(samples, expr).not.to.deep.equal([]);
    expect(
      samples.filter(({ value }) => !Number.isFinite(value)),
      expr,
    ).to.deep.equal([]);
  }
});

/** Twice from now on: of a series that begins, an increase needs two samples. */
async function scraped(prometheus: Prometheus): Promise<void> {
  const [now] = await prometheus.query('time()');
  const condition = `min(timestamp(tocsin_build_info)) > ${now!.value + 2}`;
  await waitUntil({ what: condition, timeoutMs: patienceMs }, async (seen) => {
    const samples = await prometheus.query(condition);
    seen(samples);
    return samples.length > 0;
  });
}
