import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { replaceFile, writeAcceptanceBundle } from './support/acceptance-bundle.js';
import { runTocsin } from './support/run-tocsin.js';
import { makeTempDir, type TempDir } from './support/servers/temp-dir.js';

describe('the command line', () => {
  let work: TempDir;
  let good: string;
  let broken: string;
  let secretive: string;

  before(async () => {
    work = await makeTempDir('cli');
    good = join(work.path, 'good');
    broken = join(work.path, 'broken');
    secretive = join(work.path, 'secretive');
    const bundle = { labels: [], groupBy: [] };
    await Promise.all([good, broken, secretive].map((directory) => writeAcceptanceBundle(directory, bundle)));
    await replaceFile(join(broken, 'routing.yaml'), 'apiVersion: tocsin/v1\nkind: Routng\n');
  });
  after(() => work.remove());

  for (const command of [
    'serve',
    'lint',
    'test',
    'explain',
    'why-not',
    'rules',
    'report',
    'replay',
    'backup',
    'restore',
    'reshard',
    'doctor',
    'config',
  ]) {
    it(`explains ${command} with two examples`, async () => {
      const { code, stdout, stderr } = await runTocsin([command, '--help']);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout.match(/^ {2}\$ .*tocsin /gm)).to.have.length(2);
    });
  }

  for (const [args, word] of [
    [[], 'Usage: tocsin'],
    [['lnt'], 'Did you mean lint?'],
    [['lint', '--jsn'], 'Did you mean --json?'],
    [['lint', 'one', 'two'], 'too many arguments'],
    [['serve', '--port', '70000'], 'from 0 to 65535'],
    [['report', '--url', 'http://127.0.0.1:1', '--data-dir', 'data'], 'not both'],
    [['report', 'now'], 'too many arguments'],
    [['why-not'], 'missing required argument'],
    [['explain', 'INC-1', '--source', 'grafana'], '--source'],
    [['explain', 'x.json', '--source', 'grafna'], 'Did you mean grafana?'],
    [['explain', 'x.json', '--at', 'noon'], '2026-11-23T10:00:00Z'],
    [['explain', 'x.json', '--url', 'http://127.0.0.1:1', '--rules', 'rules'], 'either --url or --rules'],
    [['reshard'], 'name either a backup'],
    [['reshard', 'backup', '--from-prefix', 'tocsin'], 'name either a backup'],
    [['replay'], 'name either one dead letter'],
    [['replay', 'a:0:1:2', '--topic', 'a'], 'name either one dead letter'],
  ] as const) {
    it(`calls "tocsin ${args.join(' ')}" wrong usage: exit 2, and says on stderr what is wrong`, async () => {
      const { code, stdout, stderr } = await runTocsin(args);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.include(word);
    });
  }

  it('lints a good bundle: exit 0, the summary on stdout, nothing else', async () => {
    const { code, stdout, stderr } = await runTocsin(['lint', good]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^0 errors, 0 warnings; \d+ rules, revision [0-9a-f]{12}\n$/);
  });

  it('lints a broken bundle: exit 1, the finding with its place on stdout, no colour where it is no terminal', async () => {
    const { code, stdout, stderr } = await runTocsin(['lint', broken]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout).to.include('routing.yaml:2:7').and.to.include('"Routing"');
    expect(stdout).to.not.include('\u001b');
  });

  it('prints the findings as JSON where asked to, with the same exit codes', async () => {
    const right = await runTocsin(['lint', '--json', good]);
    expect(right.code).to.equal(0);
    expect(JSON.parse(right.stdout)).to.include({ errors: 0, warnings: 0 });
    const wrong = await runTocsin(['lint', '--json', broken]);
    expect(wrong.code).to.equal(1);
    const report = JSON.parse(wrong.stdout) as { errors: number; issues: object[]; revision: null };
    expect(report).to.include({ errors: 1, revision: null });
    expect(report.issues).to.have.length(1);
  });

  it('can not lint a folder that is not there: exit 3, and says on stderr what to do', async () => {
    const { code, stdout, stderr } = await runTocsin(['lint', '--json', join(work.path, 'nowhere')]);
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(stderr).to.include('nowhere').and.to.include('TOCSIN_RULES_DIR');
  });

  it('takes the folder to lint from the setting, and refuses a misspelled one', async () => {
    expect((await runTocsin(['lint'], { env: { TOCSIN_RULES_DIR: broken } })).code).to.equal(1);
    const { code, stderr } = await runTocsin(['lint'], { env: { TOCSIN_RULE_DIR: broken } });
    expect(code).to.equal(3);
    expect(stderr).to.include('did you mean TOCSIN_RULES_DIR?');
  });

  it('can not serve rules that are not there: exit 1, and says on stderr what to do', async () => {
    const settings = {
      TOCSIN_RULES_DIR: join(work.path, 'nowhere'),
      TOCSIN_DATA_DIR: join(work.path, 'data'),
    };
    const { code, stdout, stderr } = await runTocsin(['serve', '--port', '0'], { env: settings });
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include('nowhere').and.to.include('TOCSIN_RULES_DIR');
  });

  it('prints the settings with who decided, and of secrets only whether they are set', async () => {
    const notifiers = [
      { id: 'chat', type: 'webhook', url: 'http://127.0.0.1:9/', secret: { env: 'CHAT_SECRET' } },
      { id: 'desk', type: 'webhook', url: 'http://127.0.0.1:9/', secret: { env: 'DESK_SECRET' } },
      { id: 'page', type: 'webhook', url: 'http://127.0.0.1:9/', secret: { env: 'PAGE_SECRET' } },
    ];
    await replaceFile(
      join(secretive, 'notifiers.yaml'),
      stringify({
        ...{ apiVersion: 'tocsin/v1', kind: 'Notifiers', owner: 'operations', notifiers },
        channels: { chat: { default: 'chat' }, page: { default: 'page' } },
      }),
    );
    await writeFile(join(work.path, 'desk-secret'), 'whisper\n');
    const env = {
      TOCSIN_RULES_DIR: secretive,
      TOCSIN_LOG_RETENTION: '90d',
      CHAT_SECRET: 'hush',
      DESK_SECRET_FILE: join(work.path, 'desk-secret'),
    };
    const text = await runTocsin(['config'], { env });
    expect({ code: text.code, stderr: text.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(text.stdout).to.match(/^TOCSIN_LOG_RETENTION +90d +environment$/m);
    expect(text.stdout).to.match(/^TOCSIN_PORT +8080 +default$/m);
    expect(text.stdout).to.not.match(/hush|whisper/);
    const json = await runTocsin(['config', '--json'], { env });
    expect(json.stdout).to.not.match(/hush|whisper/);
    expect((JSON.parse(json.stdout) as { secrets: unknown }).secrets).to.deep.equal([
      { name: 'CHAT_SECRET', notifier: 'chat', origin: 'environment' },
      { name: 'DESK_SECRET', notifier: 'desk', origin: 'file' },
      { name: 'PAGE_SECRET', notifier: 'page', origin: 'not set' },
    ]);
  });

  it('prints the settings of a bundle with errors all the same, and refuses bad settings with all that is wrong', async () => {
    const { code, stdout } = await runTocsin(['config'], { env: { TOCSIN_RULES_DIR: broken } });
    expect(code).to.equal(0);
    expect(stdout).to.include('see `tocsin lint`');
    const bad = await runTocsin(['config'], { env: { TOCSIN_PRT: '1', TOCSIN_LOG_MAX_BYTES: 'big' } });
    expect({ code: bad.code, stdout: bad.stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(bad.stderr).to.include('did you mean TOCSIN_PORT?').and.to.include('TOCSIN_LOG_MAX_BYTES=big');
  });
});
