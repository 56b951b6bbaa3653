import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { waitUntil } from '../support/servers/wait-until.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

interface Example {
  readonly commands: string;
  /** What the README says they print; null where it says nothing. */
  readonly answer: string | null;
}

/** Shell blocks that talk to the service, each with the text block that follows it. */
function examplesOf(readme: string): readonly Example[] {
  const blocks = [...readme.matchAll(/```sh\n([^]*?)```\n(?:\n```text\n([^]*?)```)?/g)];
  return blocks
    .map(([, commands = '', answer]) => ({ commands, answer: answer ?? null }))
    .filter(({ commands }) => commands.includes('localhost:8080'));
}

async function run(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
  return stdout.trim();
}

function soon(script: string): Promise<string> {
  return waitUntil({ what: 'the command to print something', timeoutMs: 5_000, everyMs: 100 }, async () => {
    const printed = await run(script);
    return printed === '' ? null : printed;
  });
}

describe('the five minutes of the README', () => {
  let tocsin: TocsinProcess;
  before(async function () {
    this.timeout(40_000);
    tocsin = await startTocsin();
  });
  after(() => tocsin.stop());

  it('print what the README says, one command after the other', async () => {
    const examples = examplesOf(await readFile(new URL('../../../README.md', import.meta.url), 'utf8'));
    expect(examples.filter(({ answer }) => answer !== null)).to.have.length(2);
    for (const { commands, answer } of examples) {
      const here = commands.replaceAll('localhost:8080', new URL(tocsin.url).host);
      const script = here.replaceAll('npm run tocsin --', 'true');
      const printed = await run(script);
      if (answer === null) expect(printed).to.not.contain('"status":4');
      // Nobody types as fast as this test: what was sent is readable a moment after the 202.
      else expect(printed === '' ? await soon(script) : printed).to.equal(answer.trim());
    }
  });
});
