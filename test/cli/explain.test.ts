import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PresentedExplanation } from '../../src/adapters/http/present-trace.js';
import { replaceFile, writeAcceptanceBundle } from '../support/acceptance-bundle.js';
import { inRepository } from '../support/fixture-bundle.js';
import { runTocsin, type Ended } from '../support/run-tocsin.js';
import { sendJson } from '../support/send-json.js';
import { freePort } from '../support/servers/free-port.js';
import { makeTempDir, type TempDir } from '../support/servers/temp-dir.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';
import { awaitIncidents } from '../support/tocsin-client.js';

const errors = {
  labels: { alertname: 'HttpErrorsHigh', service: 'checkout', severity: 'critical' },
  env: 'prod',
};

describe('tocsin explain and why-not', function () {
  this.timeout(60_000);
  let work: TempDir;
  let file: string;
  const env = { TOCSIN_RULES_DIR: inRepository('rules') };
  const run = (...args: readonly string[]): Promise<Ended> => runTocsin(args, { env });

  before(async () => {
    work = await makeTempDir('explain');
    file = join(work.path, 'alert.json');
    await writeFile(file, JSON.stringify(errors));
  });
  after(() => work.remove());

  it('tells every stage with rule, file and line, and the values compared', async () => {
    const { code, stdout, stderr } = await run('explain', file, '--at', '2026-11-23T10:00:00Z');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    for (const stage of ['normalize', 'bind', 'dedup', 'classify', 'adjust', 'mute', 'correlate', 'priority'])
      expect(stdout).to.include(`\n ${stage} `);
    expect(stdout).to.match(
      /^ classify +errors {2}triage\/3-general\.yaml:\d+ {2}category availability\/errors$/m,
    );
    expect(stdout).to.match(/✓ labels\.alertname words \[.*\] \(is HttpErrorsHigh\)/);
    expect(stdout).to.match(/= P1$/m).and.to.include('SLA acknowledge is due  2026-11-23T10:05:00.000Z');
  });

  it('shows each rule that did not match with --all, with its reason', async () => {
    const { stdout } = await run('explain', file, '--all');
    expect(stdout).to.match(/· env-from-label-prod {2}triage\/1-environment\.yaml:\d+: missing_field/);
    expect(stdout).to.match(/· unclassified {2}triage\/5-catch-all\.yaml:\d+: earlier_rule_won/);
  });

  it('prints with --json what the API answers', async () => {
    const { stdout } = await run('explain', file, '--json');
    const { items } = JSON.parse(stdout) as PresentedExplanation;
    expect(items[0]?.classify).to.include({ category: 'availability/errors' });
    expect(items[0]?.classify.tries.length).to.be.greaterThan(1);
    const short = JSON.parse(
      (await run('explain', file, '--json', '--matched')).stdout,
    ) as PresentedExplanation;
    expect(short.items[0]?.classify.tries.map(({ rule }) => rule.id)).to.deep.equal(['errors']);
  });

  it('says which part of a rule failed, and what took the alert before a rule that would match', async () => {
    const missed = await run('why-not', 'down', file);
    expect(missed.code).to.equal(0);
    expect(missed.stdout)
      .to.include('does not act (no_such_word)')
      .and.to.match(/✗ labels\.alertname words/);
    const late = await run('why-not', 'unclassified', file);
    expect(late.stdout).to.match(/it would match, but errors {2}triage\/3-general\.yaml:\d+ took the alert/);
    const matching = await run('why-not', 'errors', file);
    expect(matching.stdout).to.include('it matches');
  });

  it('says with file, line and column what is wrong with the rules: exit 3', async () => {
    const broken = join(work.path, 'broken');
    await writeAcceptanceBundle(broken, { labels: [], groupBy: [] });
    await replaceFile(join(broken, 'routing.yaml'), 'apiVersion: tocsin/v1\nkind: Routng\n');
    for (const command of [['explain'], ['why-not', 'down']]) {
      const { code, stdout, stderr } = await run(...command, file, '--rules', broken);
      expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
      expect(stderr)
        .to.include('have errors')
        .and.to.match(/routing\.yaml:2:7/);
    }
  });

  it('calls an unknown rule wrong usage, and names the nearest', async () => {
    const { code, stdout, stderr } = await run('why-not', 'dwn', file);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.include('did you mean down?');
  });

  it('says what is wrong with a payload: exit 2, and of a file that is not there: exit 3', async () => {
    const wrong = join(work.path, 'wrong.json');
    await writeFile(wrong, '{"labels": 7}');
    const refused = await run('explain', wrong);
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.include('/labels').and.to.include('--source');
    const nowhere = await run('explain', join(work.path, 'nowhere.json'));
    expect([nowhere.code, nowhere.stdout]).to.deep.equal([3, '']);
    const unreachable = await run('explain', 'INC-1', '--url', `http://127.0.0.1:${await freePort()}`);
    expect(unreachable.code).to.equal(3);
    expect(unreachable.stderr).to.include('nothing listens there');
  });

  describe('beside a running Tocsin', () => {
    let tocsin: TocsinProcess;
    before(async () => {
      tocsin = await startTocsin();
      await sendJson(`${tocsin.url}/api/v1/alerts`, { body: errors });
      const opened = { what: 'the incident', count: 1, timeoutMs: 10_000, all: () => true };
      await awaitIncidents(tocsin.url, opened);
    });
    after(() => tocsin.stop());

    it('explains an incident and its alert, among what the engine knows', async () => {
      const { code, stdout } = await run('explain', 'INC-1', '--url', tocsin.url, '--json');
      expect(code).to.equal(0);
      const { among, items } = JSON.parse(stdout) as PresentedExplanation;
      expect(among).to.equal('engine');
      expect(items[0]).to.deep.include({ basis: 'remembered' });
      expect(items[0]?.deduplicate).to.include({ signal: 'repeat', isCountedOnly: true });
      expect(items[0]?.correlate).to.include({ kind: 'join', incident: 'INC-1', reason: 'still-member' });
      const fingerprint = items[0]?.alert.fingerprint ?? '';
      const again = await run('explain', fingerprint, '--url', tocsin.url);
      expect(again.stdout).to.include('joins INC-1');
    });

    it('explains a payload among what the engine knows', async () => {
      const other = join(work.path, 'other.json');
      const labels = { ...errors.labels, pod: 'checkout-1' };
      await writeFile(other, JSON.stringify({ ...errors, labels }));
      const { stdout } = await run('explain', other, '--url', tocsin.url);
      expect(stdout).to.match(/^ correlate +joins INC-1 by group-by-service .*\(same-group\)/m);
    });

    it('says that an incident is not there: exit 3', async () => {
      const { code, stderr } = await run('explain', 'INC-404', '--url', tocsin.url);
      expect(code).to.equal(3);
      expect(stderr)
        .to.match(/^There is no incident 'INC-404'.*\. http:.* was asked/)
        .and.not.include(`can't be asked`);
    });
  });
});
