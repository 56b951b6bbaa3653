import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './servers/child.js';
import { httpReady } from './servers/http-ready.js';
import { makeTempDir } from './servers/temp-dir.js';
import { waitUntil } from './servers/wait-until.js';

export interface TocsinOptions {
  /** Default: a temporary one, removed by stop(). A folder that is handed in is kept. */
  readonly dataDir?: string;
  /** Default: the repository's `rules/`. */
  readonly rulesDir?: string;
  /** Added to our environment, from which every TOCSIN_ name is taken out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 0: the process picks one. */
  readonly port?: number;
}

export interface TocsinProcess {
  /** Base URL: `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** SIGTERM; resolves with the exit code once it has ended (null when it had to be killed after 15 s). */
  stop(): Promise<{ code: number | null }>;
  /** SIGKILL, as a crash: its data stay. */
  kill(): Promise<void>;
  /** What it printed; the newest 256 KiB. */
  logs(): string;
}

/** The build that the running test belongs to: dist/test/support → dist/src. */
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
/** As `npm start` has them. */
const nodeOptions = ['--enable-source-maps', '--max-semi-space-size=8', '--no-parallel-scavenge'];
const PRINTED_ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;

/** Starts `tocsin serve` on loopback and waits until it is ready to honour a 202. Throws with its output when it isn't. */
export async function startTocsin(options: TocsinOptions = {}): Promise<TocsinProcess> {
  const temporary = options.dataDir === undefined ? await makeTempDir('data') : undefined;
  const dataDir = options.dataDir ?? temporary!.path;
  const child = await spawnTocsin({ ...options, dataDir });
  try {
    const url = await printedAddress(child);
    await httpReady({ name: 'Tocsin', child, url: `${url}/readyz`, timeoutMs: 30_000 });
    return {
      url,
      pid: child.pid,
      dataDir,
      async stop() {
        const { code } = await child.stop(15_000);
        await temporary?.remove();
        return { code };
      },
      async kill() {
        await child.kill();
      },
      logs: () => child.output(),
    };
  } catch (error) {
    await child.kill();
    await temporary?.remove();
    throw error;
  }
}

/** The same process without waiting for anything: for starts that fail or are cut off. */
export function spawnTocsin(options: TocsinOptions & { readonly dataDir: string }): Promise<Child> {
  return startChild({
    command: process.execPath,
    args: [...nodeOptions, MAIN, 'serve', '--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    env: {
      ...environmentWithoutTocsin(),
      TOCSIN_DATA_DIR: options.dataDir,
      TOCSIN_LOG_FORMAT: 'json',
      ...(options.rulesDir === undefined ? {} : { TOCSIN_RULES_DIR: options.rulesDir }),
      ...options.env,
    },
  });
}

/** Where it says that it serves; with port 0 this is the only way to know. */
async function printedAddress(child: Child): Promise<string> {
  const address = await waitUntil(
    { what: 'Tocsin to print its address', timeoutMs: 30_000, everyMs: 20 },
    (seen) => {
      seen(child.output());
      if (child.exit() !== null) return { ended: true as const };
      const url = PRINTED_ADDRESS.exec(child.output())?.[0];
      return url === undefined ? undefined : { url };
    },
  );
  if ('url' in address) return address.url;
  throw new Error(
    `Tocsin ended before it was ready (code ${child.exit()?.code ?? 'none'}). Its output:\n${child.output()}`,
  );
}

function environmentWithoutTocsin(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_')));
}
