import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNotifierFactory } from '../../../src/adapters/notifiers/notifier-factory.js';
import { presentNotification } from '../../../src/adapters/notifiers/present-notification.js';
import type { Notify } from '../../../src/app/ports.js';
import { sampleNotification } from '../../support/sample-notification.js';

const guide = readFileSync('docs/notifications.md', 'utf8');
const examples = [
  { language: 'js', command: 'node', file: 'receiver.mjs' },
  { language: 'python', command: 'python3', file: 'receiver.py' },
] as const;

/** The guide's first fenced block of the language. */
function codeBlock(language: string): string {
  const opening = `\`\`\`${language}\n`;
  const begin = guide.indexOf(opening);
  if (begin === -1) throw new Error(`docs/notifications.md has no ${language} example`);
  const code = guide.slice(begin + opening.length);
  return code.slice(0, code.indexOf('\n```') + 1);
}

describe('the receivers of docs/notifications.md', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-receiver-'));
  after(() => {
    rmSync(directory, { recursive: true });
  });

  for (const { language, command, file } of examples) {
    describe(`in ${language}`, () => {
      let receiver: ChildProcess | null = null;
      let url = '';
      const printed: string[] = [];

      before(async function () {
        if (spawnSync(command, ['--version']).status !== 0) {
          console.warn(`SKIPPED: ${command} is not installed; the receiver in ${language} was not run`);
          this.skip();
        }
        const path = join(directory, file);
        writeFileSync(path, codeBlock(language));
        const env = { PATH: process.env['PATH'], PORT: '0', DESK_CHAT_SECRET: 'a secret' };
        receiver = spawn(command, [path], { env, stdio: ['ignore', 'pipe', 'ignore'] });
        const lines = createInterface({ input: receiver.stdout! });
        lines.on('line', (line) => printed.push(line));
        await once(lines, 'line');
        url = `http://127.0.0.1:${printed[0]!.replace('listening on ', '')}/`;
      });
      after(() => {
        receiver?.kill();
      });

      it('takes a genuine notification, and a repeat of it silently', async () => {
        const notify = notifierTo(url, { secret: 'a secret', now: Date.now });
        expect(await send(notify)).to.deep.equal({ kind: 'sent' });
        expect(await send(notify)).to.deep.equal({ kind: 'sent' });
        while (printed.length < 2) await sleep(5);
        expect(printed.slice(1)).to.deep.equal(['P1 INC-42: Payments fail for one customer in five']);
      });

      it('refuses another secret, an old message and one without a signature', async () => {
        const refused = { kind: 'rejected', error: 'The receiver answered 401.' };
        const hourAgo = (): number => Date.now() - 3_600_000;
        expect(await send(notifierTo(url, { secret: 'another', now: Date.now }))).to.deep.equal(refused);
        expect(await send(notifierTo(url, { secret: 'a secret', now: hourAgo }))).to.deep.equal(refused);
        expect(await send(notifierTo(url, { secret: null, now: Date.now }))).to.deep.equal(refused);
      });
    });
  }

  it('are shown a body with the properties that are sent', () => {
    const shown = JSON.parse(codeBlock('json')) as { incident: object };
    const sent = presentNotification(sampleNotification()) as { incident: object };
    expect(Object.keys(shown)).to.deep.equal(Object.keys(sent));
    expect(shown.incident).to.deep.equal(sent.incident);
  });
});

function notifierTo(url: string, given: { secret: string | null; now: () => number }): Notify {
  const { secret, now } = given;
  const factory = createNotifierFactory({
    emit: () => undefined,
    version: '1.2.3',
    now,
    secretOf: () => secret,
  });
  return factory({ id: 'desk-chat', type: 'webhook', url, secretEnv: secret === null ? null : 'SECRET' });
}

function send(notify: Notify) {
  return notify(sampleNotification(), { number: 1, signal: AbortSignal.timeout(10_000) });
}
