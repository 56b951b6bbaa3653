import { expect } from 'chai';
import type { PresentedRule, PresentedRules } from '../../src/adapters/http/present-rules.js';
import { breaking, ref, sampleRules } from '../support/sample-rules.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { runTocsin, type Ended } from '../support/run-tocsin.js';

describe('tocsin rules', function () {
  this.timeout(60_000);
  let api: ApiServer;
  let breaks: string | null;
  const run = (...args: readonly string[]): Promise<Ended> => runTocsin(['rules', '--url', api.url, ...args]);

  before(async () => {
    api = await startApiServer();
    const rule = (id: string) => ({ ref: ref(id), kind: 'classify', title: id, match: breaking });
    const catalogue = [
      rule('plain'),
      { ...rule('trial'), status: 'shadow' as const },
      { ...rule('part'), canary: { rule: 'part', percent: 10, by: [] } },
      { ...rule('over'), isOver: () => true },
      { ...rule('shaped'), kind: 'group' },
    ];
    const disabled = [{ ...rule('off'), status: 'disabled' as const }];
    const shaped = { since: 0, until: 60_000, loses: 'It loses.' };
    api.script.rules = {
      ...api.script.rules,
      current: () => sampleRules({ catalogue, disabled }),
      hits: (id) => (id === 'plain' ? { count: 3, lastAt: 0 } : { count: 0, lastAt: null }),
      warming: ({ id }) => (id === 'shaped' ? shaped : null),
      broken: ({ id }) => (id === breaks ? { since: 0, lastAt: 1_000, error: 'boom' } : null),
    };
  });
  beforeEach(() => {
    breaks = null;
  });
  after(() => api.close());

  it('lists each rule with status, hits and place, and says what begins anew', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).to.equal('rules sample: 6');
    const [head, ...rows] = lines.slice(2, 9).map((line) => line.split(/ {2,}/));
    expect(head).to.deep.equal(['rule', 'kind', 'status', 'hits', 'last hit', 'stands at']);
    expect(rows.map(([id, , status, hits]) => [id, status, hits])).to.deep.equal([
      ['plain', 'active', '3'],
      ['trial', 'shadow', '0'],
      ['part', 'active, canary 10 %', '0'],
      ['over', 'expired', '0'],
      ['shaped', 'active, warming', '0'],
      ['off', 'disabled', '0'],
    ]);
    expect(rows[0]?.slice(-2)).to.deep.equal(['1970-01-01T00:00:00.000Z', 'rules.yaml:1']);
    expect(stdout).to.include(
      'shaped (rules.yaml:1) begins anew since 1970-01-01T00:00:00.000Z, until 1970-01-01T00:01:00.000Z. It loses.',
    );
  });

  it('exits 1 where a rule breaks, and says since when and why', async () => {
    breaks = 'plain';
    const { code, stdout } = await run('--only', 'broken');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^rules sample: 1\n/);
    expect(stdout).to.include(
      'plain (rules.yaml:1) breaks and is skipped, since 1970-01-01T00:00:00.000Z, last at 1970-01-01T00:00:01.000Z: boom',
    );
  });

  it('prints what the API answers, of the rules that were asked for', async () => {
    const { stdout } = await run('--json', '--only', 'shadow,canary');
    const { items } = JSON.parse(stdout) as PresentedRules;
    expect(items.map(({ id }: PresentedRule) => id)).to.deep.equal(['trial', 'part']);
  });

  it('calls other words than those that it knows wrong usage', async () => {
    const { code, stderr } = await run('--only', 'brokn');
    expect(code).to.equal(2);
    expect(stderr).to.include('there is no brokn').and.to.include('broken');
  });
});
