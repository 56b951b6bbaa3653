/* How long each step from bytes to log entry takes: `node dist/test/bench/intake-micro.js`. Prints ns per alert. */
import { createCheckBody } from '../../src/adapters/files/schema-checker.js';
import { parseJson } from '../../src/app/parse-json.js';
import type { IncomingAlert } from '../../src/domain/alert/alert.js';
import { fingerprint } from '../../src/domain/alert/fingerprint.js';
import { alertmanagerV2 } from '../../src/domain/sources/alertmanager-v2.js';
import { parseRfc3339 } from '../../src/domain/sources/rfc3339.js';

const series = 20_000;
const now = Date.UTC(2026, 10, 22, 10);
const check = createCheckBody();

function alertOf(index: number): object {
  const instance = `10.0.${(index >> 8) & 255}.${index & 255}:9100`;
  return {
    labels: {
      alertname: `HighRequestLatency${index % 50}`,
      severity: index % 3 === 0 ? 'critical' : 'warning',
      job: 'api',
      instance,
      cluster: 'eu-west-1',
      namespace: `payments-${index % 20}`,
      service: 'checkout',
    },
    annotations: {
      summary: `Latency on ${instance} is above 500ms`,
      description: 'The p99 latency has been above 500ms for 10 minutes. See the runbook.',
      runbook_url: 'https://runbooks.example.com/HighRequestLatency',
    },
    startsAt: '2026-11-22T09:58:00.123Z',
    endsAt: '2026-11-22T10:04:00.123Z',
    generatorURL: 'http://prometheus.example.com:9090/graph?g0.expr=up&g0.tab=1',
  };
}

/** Ten turns over the bodies; the best one counts, because the machine has other things to do. */
function nanosecondsPerAlert(bodies: number, batch: number, step: (index: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 10; turn++) {
    const started = process.hrtime.bigint();
    for (let index = 0; index < bodies; index++) step(index);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / (bodies * batch));
  }
  return best;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}

function measure(batch: number): Record<string, number> {
  const bodies = Array.from({ length: series / batch }, (_, body) =>
    Buffer.from(JSON.stringify(Array.from({ length: batch }, (__, i) => alertOf(body * batch + i)))),
  );
  const parse = (index: number): unknown => {
    const parsed = parseJson(at(bodies, index));
    return parsed.kind === 'json' ? parsed.value : undefined;
  };
  const parsed = bodies.map((_, index) => parse(index));
  const map = (index: number): readonly IncomingAlert[] =>
    alertmanagerV2.map(at(parsed, index), { now, wellFormed: true }).alerts;
  const mapped = parsed.map((_, index) => map(index));
  const time = (step: (index: number) => unknown): number =>
    Math.round(nanosecondsPerAlert(bodies.length, batch, step));
  return {
    parse: time(parse),
    check: time((index) => check('alertmanager-v2-alerts', at(parsed, index))),
    map: time(map),
    'fingerprint (in map)': time((index) => at(mapped, index).map((alert) => fingerprint(alert.labels))),
    'two times (in map)': time((index) =>
      at(mapped, index).map(
        () => parseRfc3339('2026-11-22T09:58:00.123Z') ?? parseRfc3339('2026-11-22T10:04:00.123Z'),
      ),
    ),
    stringify: time((index) => JSON.stringify([{ kind: 'alerts', alerts: at(mapped, index) }])),
    all: time((index) => {
      const body = parse(index);
      if (check('alertmanager-v2-alerts', body).length > 0)
        throw new Error('the benchmark sends a wrong body');
      const { alerts } = alertmanagerV2.map(body, { now, wellFormed: true });
      return JSON.stringify([{ kind: 'alerts', alerts }]);
    }),
  };
}

console.table({ 'batch 100': measure(100), 'batch 1': measure(1) });
