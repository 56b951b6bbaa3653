import { join } from 'node:path';
import { expect } from 'chai';
import { replaceFile, writeAcceptanceBundle } from './support/acceptance-bundle.js';
import { runTocsin } from './support/run-tocsin.js';
import { makeTempDir, type TempDir } from './support/servers/temp-dir.js';

describe('the command line', () => {
  let work: TempDir;
  let good: string;
  let broken: string;

  before(async () => {
    work = await makeTempDir('cli');
    good = join(work.path, 'good');
    broken = join(work.path, 'broken');
    const bundle = { labels: [], groupBy: [] };
    await Promise.all([writeAcceptanceBundle(good, bundle), writeAcceptanceBundle(broken, bundle)]);
    await replaceFile(join(broken, 'routing.yaml'), 'apiVersion: tocsin/v1\nkind: Routng\n');
  });
  after(() => work.remove());

  for (const command of ['serve', 'lint', 'backup', 'restore']) {
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
});
