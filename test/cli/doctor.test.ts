import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { PartFinding } from '../../src/cli/examine-site.js';
import { replaceFile, writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { runTocsin } from '../support/run-tocsin.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';

interface Report {
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly PartFinding[];
}

describe('tocsin doctor', () => {
  let work: TempDir;
  let rules: string;
  const env = (): Record<string, string> => ({
    TOCSIN_RULES_DIR: rules,
    TOCSIN_DATA_DIR: join(work.path, 'data'),
  });

  before(async () => {
    work = await makeTempDir('doctor');
    rules = join(work.path, 'rules');
    await writeAcceptanceBundle(rules, { labels: [], groupBy: [] });
  });
  after(() => work.remove());

  it('finds the embedded set in order: exit 0, a line for each thing', async () => {
    const { code, stdout, stderr } = await runTocsin(['doctor'], { env: env() });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s+/).slice(1, 3).join(' '))).to.deep.equal([
      'rules bundle',
      'data directory',
      'data room',
    ]);
    expect(lines[0]).to.match(/^ok +rules +bundle +.*rules, \d+ rules, revision [0-9a-f]{12}$/);
  });

  it('finds what is wrong: exit 1, and says what to do', async () => {
    const broken = join(work.path, 'broken');
    await writeAcceptanceBundle(broken, { labels: [], groupBy: [] });
    await replaceFile(join(broken, 'routing.yaml'), 'apiVersion: tocsin/v1\nkind: Routng\n');
    await writeFile(join(work.path, 'file'), '');
    const wrong = { TOCSIN_RULES_DIR: broken, TOCSIN_DATA_DIR: join(work.path, 'file') };
    const { code, stdout, stderr } = await runTocsin(['doctor', '--json'], { env: wrong });
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    const { errors, findings } = JSON.parse(stdout) as Report;
    expect(errors).to.equal(2);
    expect(findings.map(({ part, check, verdict }) => [part, check, verdict])).to.deep.equal([
      ['rules', 'bundle', 'error'],
      ['data', 'directory', 'error'],
    ]);
    expect(findings[0]!.text).to.contain('tocsin lint');
    expect(findings[1]!.text).to.contain('TOCSIN_DATA_DIR');
  });

  it('finds a secret that is not set', async () => {
    const signing = join(work.path, 'signing');
    await writeAcceptanceBundle(signing, { labels: [], groupBy: [] });
    const chat = { id: 'chat', type: 'webhook', url: 'http://127.0.0.1:9/', secret: { env: 'CHAT_SECRET' } };
    await replaceFile(
      join(signing, 'notifiers.yaml'),
      stringify({
        ...{ apiVersion: 'tocsin/v1', kind: 'Notifiers', owner: 'operations', notifiers: [chat] },
        channels: { chat: { default: 'chat' }, page: { default: 'chat' } },
      }),
    );
    const lacks = await runTocsin(['doctor'], { env: { ...env(), TOCSIN_RULES_DIR: signing } });
    expect(lacks.code).to.equal(1);
    expect(lacks.stdout).to.match(/^error +rules +secret +.*CHAT_SECRET.*CHAT_SECRET_FILE$/m);
    const has = await runTocsin(['doctor'], {
      env: { ...env(), TOCSIN_RULES_DIR: signing, CHAT_SECRET: 'hush' },
    });
    expect(has.code, has.stdout).to.equal(0);
    expect(has.stdout).to.not.contain('hush');
  });

  it('finds that neither Kafka nor MongoDB answers, and prints no secret', async () => {
    const distributed = {
      ...{ TOCSIN_LOG: 'kafka', TOCSIN_STORE: 'mongodb', TOCSIN_KAFKA_BROKERS: '127.0.0.1:1' },
      ...{ TOCSIN_KAFKA_SASL_MECHANISM: 'plain', TOCSIN_KAFKA_SASL_USERNAME: 'tocsin' },
      TOCSIN_KAFKA_SASL_PASSWORD: 'whisper',
      TOCSIN_MONGODB_URL: 'mongodb://tocsin:hush%40hush@127.0.0.1:1/triage',
    };
    const { code, stdout, stderr } = await runTocsin(['doctor'], { env: { ...env(), ...distributed } });
    expect(code).to.equal(1);
    expect(stdout).to.match(/^error +kafka +brokers +.*TOCSIN_KAFKA_BROKERS/m);
    expect(stdout).to.match(/^error +mongodb +server +.*TOCSIN_MONGODB_URL/m);
    expect(stdout + stderr).to.not.match(/hush|whisper/);
  });

  it('can not look with settings that are refused: exit 3, nothing on stdout', async () => {
    const { code, stdout, stderr } = await runTocsin(['doctor'], { env: { TOCSIN_LOG: 'kafka' } });
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(stderr).to.contain('kafka and mongodb go together');
  });
});
