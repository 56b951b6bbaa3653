import { startChild } from '../../support/servers/child.js';
import { freePort } from '../../support/servers/free-port.js';
import { waitUntil } from '../../support/servers/wait-until.js';
import { fileURLToPath } from 'node:url';
import type { Subject } from './subject.js';

const serverFile = fileURLToPath(new URL('./bare-node-server.js', import.meta.url));

/** node:http and JSON.parse and nothing else: what the platform could do at best on this machine. */
export async function startBareNode(): Promise<Subject> {
  const port = await freePort();
  const child = await startChild({
    command: process.execPath,
    args: [serverFile, String(port)],
    env: process.env,
  });
  const url = `http://127.0.0.1:${port}/`;
  const counted = async (): Promise<number> => Number(await (await fetch(url)).text());
  await waitUntil(
    { what: 'the bare node server to listen', timeoutMs: 10_000 },
    async () => (await counted()) === 0,
  );
  return {
    port,
    pid: child.pid,
    settle: () => Promise.resolve({ backlog: 0 }),
    check: async ({ alerts }) => {
      const seen = await counted();
      return seen === alerts ? [] : [`It was sent ${alerts} alerts and counted ${seen}.`];
    },
    stop: async () => {
      await child.kill();
    },
  };
}
