import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startChild } from './child.js';
import { findProgram } from './debian-package.js';
import { freePort } from './free-port.js';
import { httpReady } from './http-ready.js';
import { makeTempDir } from './temp-dir.js';

export interface AlertmanagerOptions {
  /** The configuration file's content; default: one receiver that does nothing. */
  readonly config?: object;
}

export interface Alertmanager {
  readonly url: string;
  readonly pid: number;
  logs(): string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const SILENT_CONFIG = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

/** Starts Debian's Alertmanager, without clustering, on a free loopback port with a data folder of its own. */
export async function startAlertmanager(options: AlertmanagerOptions = {}): Promise<Alertmanager> {
  const program = await findProgram({
    command: 'prometheus-alertmanager',
    packages: ['prometheus-alertmanager'],
  });
  const dir = await makeTempDir('alertmanager');
  await writeFile(join(dir.path, 'alertmanager.yml'), stringify(options.config ?? SILENT_CONFIG));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild({
    command: program.path,
    env: program.env,
    cwd: dir.path,
    args: [
      '--config.file=alertmanager.yml',
      `--storage.path=${join(dir.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
  });
  await httpReady({ name: 'Alertmanager', child, url: `${url}/-/ready`, timeoutMs: 30_000 });
  return {
    url,
    pid: child.pid,
    logs: () => child.output(),
    async stop() {
      await child.stop();
      await dir.remove();
    },
  };
}
