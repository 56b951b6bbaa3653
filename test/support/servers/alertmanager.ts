import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startChild } from './child.js';
import { findProgram, type Program } from './debian-package.js';
import { freePort } from './free-port.js';
import { httpReady } from './http-ready.js';
import { relocateProgram } from './relocate-program.js';
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
    command: await runnableIn(dir.path, program),
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

/** Debian's build reads its templates and pages from here, wherever the program itself is. */
const DATA_FOLDER = '/usr/share/prometheus/alertmanager';

/** The program to start in a working directory of its own. */
async function runnableIn(directory: string, { path, root }: Program): Promise<string> {
  if (root === null) return path;
  const link = 'debian-data';
  await symlink(join(root, DATA_FOLDER), join(directory, link));
  return relocateProgram(path, { from: DATA_FOLDER, to: link });
}
