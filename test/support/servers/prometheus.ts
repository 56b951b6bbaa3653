import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startChild } from './child.js';
import { findProgram } from './debian-package.js';
import { freePort } from './free-port.js';
import { httpReady } from './http-ready.js';
import { makeTempDir } from './temp-dir.js';

export interface PrometheusOptions {
  /** The rule groups, as in a rules file. */
  readonly rules: { readonly groups: readonly object[] };
  /** Base URLs; Prometheus posts to `<url>/api/v2/alerts`. */
  readonly alertmanagers: readonly string[];
  /** What to scrape: base URLs by job name, read at `/metrics`. */
  readonly scrape: Readonly<Record<string, string>>;
  /** Scrape and evaluation; default 1s. */
  readonly interval?: string;
  /** How often a firing alert is sent again; it is valid for four times as long. Default 2s. */
  readonly resendDelay?: string;
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Labels to drop from alerts before they are sent, as HA pairs do with their replica label. */
  readonly dropAlertLabels?: readonly string[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  readonly url: string;
  /** An instant query whose result is a vector or a scalar. Throws with Prometheus' own message when it refuses. */
  query(promql: string): Promise<Sample[]>;
  logs(): string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

type QueryValue = readonly [at: number, value: string];
type QueryAnswer =
  | { status: 'error'; errorType: string; error: string }
  | { status: 'success'; data: { resultType: 'scalar'; result: QueryValue } }
  | {
      status: 'success';
      data: { resultType: 'vector'; result: { metric: Record<string, string>; value: QueryValue }[] };
    };

/** Starts Debian's Prometheus on a free loopback port with a data folder of its own. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const program = await findProgram({ command: 'prometheus', packages: ['prometheus'] });
  const dir = await makeTempDir('prometheus');
  await writeFile(join(dir.path, 'rules.yml'), stringify(options.rules));
  await writeFile(join(dir.path, 'prometheus.yml'), stringify(configuration(options)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild({
    command: program.path,
    env: program.env,
    cwd: dir.path,
    args: [
      '--config.file=prometheus.yml',
      `--storage.tsdb.path=${join(dir.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--rules.alert.resend-delay=${options.resendDelay ?? '2s'}`,
    ],
  });
  await httpReady({ name: 'Prometheus', child, url: `${url}/-/ready`, timeoutMs: 30_000 });
  return {
    url,
    query: (promql) => query(url, promql),
    logs: () => child.output(),
    async stop() {
      await child.stop();
      await dir.remove();
    },
  };
}

function configuration(options: PrometheusOptions): object {
  const interval = options.interval ?? '1s';
  return {
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
      external_labels: options.externalLabels ?? {},
    },
    rule_files: ['rules.yml'],
    alerting: {
      alert_relabel_configs: (options.dropAlertLabels ?? []).map((regex) => ({ action: 'labeldrop', regex })),
      alertmanagers: options.alertmanagers.map((base) => ({
        api_version: 'v2',
        scheme: 'http',
        timeout: '10s',
        static_configs: [{ targets: [new URL(base).host] }],
      })),
    },
    scrape_configs: Object.entries(options.scrape).map(([job, base]) => ({
      job_name: job,
      static_configs: [{ targets: [new URL(base).host] }],
    })),
  };
}

async function query(url: string, promql: string): Promise<Sample[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`, {
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as QueryAnswer;
  if (answer.status === 'error') {
    throw new Error(`Prometheus refused the query ${promql}: ${answer.errorType}: ${answer.error}`);
  }
  if (answer.data.resultType === 'scalar') return [{ labels: {}, value: Number(answer.data.result[1]) }];
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
