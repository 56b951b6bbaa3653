import { compose, type Service } from './compose.js';
import { webhookSources } from './domain/sources/registry.js';
import { readSettings, type Settings } from './settings.js';

/** Longest that a graceful stop may take, in ms; what is in the log by then is safe. */
const stopWithinMs = 9_500;

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly version: string;
}

/** Serves until a signal comes or it can't go on. Resolves to the exit code. Rejects where it can't start. */
export async function serve({ host, port, version }: ServeOptions): Promise<number> {
  const read = readSettings();
  const settings: Settings = { ...read, host: host ?? read.host, port: port ?? read.port };
  const ended = whenToEnd();
  const service = await compose({ settings, version, onFatal: ended.fail });
  process.stdout.write(banner(service, settings));
  const { code, why } = await ended.end;
  await stopInTime(service, why);
  return code;
}

interface End {
  readonly code: number;
  readonly why: string;
}

/** A second signal ends the process at once. */
function whenToEnd(): { readonly end: Promise<End>; readonly fail: (error: unknown) => void } {
  let resolveEnd: (end: End) => void;
  const end = new Promise<End>((resolve) => {
    resolveEnd = resolve;
  });
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    resolveEnd({ code: 0, why: signal });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    end,
    fail: (error) => {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`Tocsin can't go on and stops: ${why}\n`);
      resolveEnd({ code: 1, why });
    },
  };
}

/** Where the stop takes too long the process ends without: the log is safe. */
async function stopInTime(service: Service, why: string): Promise<void> {
  setTimeout(() => {
    process.stderr.write(
      'The stop takes too long; what is not committed yet is applied at the next start.\n',
    );
    process.exit(1);
  }, stopWithinMs).unref();
  await service.stop(why);
}

function banner({ address, rules }: Service, settings: Settings): string {
  return [
    `Tocsin listens on ${address}`,
    '',
    `  Prometheus sends to   ${address}/api/v2/alerts (as its Alertmanager)`,
    `  webhooks              ${[...webhookSources.keys()].map((id) => `${address}/webhooks/${id}`).join(', ')}`,
    `  native alerts         ${address}/api/v1/alerts`,
    `  incidents             ${address}/api/v1/incidents`,
    `  metrics               ${address}/metrics`,
    '',
    `  rules                 ${settings.rulesDir}: "${rules.name}", revision ${rules.revision}, ${rules.catalogue.length} rules`,
    `  data                  ${settings.distributed === null ? settings.dataDir : 'Kafka and MongoDB'}`,
    '',
    '',
  ].join('\n');
}
