import { expect } from 'chai';
import type { Field, FieldValue } from '../../../src/domain/alert/matcher.js';
import { matches } from '../../../src/domain/alert/matches.js';
import { compileMatcher } from '../../../src/domain/rules/compile-matcher.js';
import { formatField } from '../../../src/domain/rules/field.js';
import { sampleMatcherContext as context } from '../../support/sample-matcher-context.js';

type Values = Readonly<Record<string, FieldValue>>;

function verdict(raw: unknown, values: Values, at = 0): boolean {
  const { matcher, problems } = compileMatcher(raw, context);
  const errors = problems.filter(({ level }) => level === 'error');
  expect(errors, JSON.stringify(raw)).to.deep.equal([]);
  return matches(matcher, { read: (field: Field) => values[formatField(field)] }, at);
}

describe('compileMatcher', () => {
  const cases: readonly { raw: unknown; yes: readonly Values[]; no: readonly Values[] }[] = [
    { raw: { env: 'prod' }, yes: [{ env: 'prod' }], no: [{ env: 'stage' }, {}] },
    { raw: { env: ['prod', 'stage'] }, yes: [{ env: 'stage' }], no: [{ env: 'dev' }, {}] },
    { raw: { env: { not: 'dev' } }, yes: [{ env: 'prod' }], no: [{ env: 'dev' }, {}] },
    { raw: { env: { not: ['dev', 'stage'] } }, yes: [{ env: 'prod' }], no: [{ env: 'stage' }, {}] },
    { raw: { env: { notIn: ['dev'] } }, yes: [{ env: 'prod' }], no: [{ env: 'dev' }, {}] },
    { raw: { env: { not: 'dev', orMissing: true } }, yes: [{ env: 'prod' }, {}], no: [{ env: 'dev' }] },
    { raw: { env: { in: ['prod'], orMissing: true } }, yes: [{ env: 'prod' }, {}], no: [{ env: 'dev' }] },
    { raw: { env: { equals: 'prod' } }, yes: [{ env: 'prod' }], no: [{ env: 'dev' }] },
    {
      raw: { alertname: { inList: 'storage-alerts' } },
      yes: [{ 'labels.alertname': 'InodesLow' }],
      no: [{ 'labels.alertname': 'Inodes' }, {}],
    },
    {
      raw: { alertname: { words: ['disk full', 'inode*'] } },
      yes: [{ 'labels.alertname': 'HostDiskFull' }, { 'labels.alertname': 'low_inodes' }],
      no: [{ 'labels.alertname': 'DiskIsFull' }, {}],
    },
    {
      raw: { alertname: { words: 'disk', not: { words: ['latency'] } } },
      yes: [{ 'labels.alertname': 'DiskFull' }],
      no: [{ 'labels.alertname': 'DiskLatency' }, { 'labels.alertname': 'Latency' }],
    },
    {
      raw: { title: { wordsInList: 'regions' } },
      yes: [{ title: 'All of LIS is down' }],
      no: [{ title: 'Listing is slow' }],
    },
    { raw: { title: { prefix: 'Disk ' } }, yes: [{ title: 'Disk full' }], no: [{ title: 'disk full' }] },
    {
      raw: { title: { prefix: 'Disk ', ignoreCase: true } },
      yes: [{ title: 'disk full' }],
      no: [{ title: 'a disk' }],
    },
    {
      raw: { title: { suffix: 'full', contains: 'sk' } },
      yes: [{ title: 'Disk full' }],
      no: [{ title: 'Disc full' }],
    },
    {
      raw: { pod: { glob: 'db-*-lis?' } },
      yes: [{ 'labels.pod': 'db-a/b\nc-lis1' }],
      no: [{ 'labels.pod': 'db-1-lis' }, { 'labels.pod': 'xdb-1-lis1' }],
    },
    {
      raw: { pod: { glob: '[A].(b)$', ignoreCase: true } },
      yes: [{ 'labels.pod': '[a].(B)$' }],
      no: [{ 'labels.pod': 'a.b' }],
    },
    {
      raw: { pod: { regex: 'checkout-[a-z0-9]+' } },
      yes: [{ 'labels.pod': 'checkout-a1' }],
      no: [{ 'labels.pod': 'checkout-a1-' }, { 'labels.pod': 'x-checkout-a1' }],
    },
    {
      raw: { pod: { search: '-[0-9]+-' } },
      yes: [{ 'labels.pod': 'a-12-b' }],
      no: [{ 'labels.pod': 'a-b' }],
    },
    {
      raw: { pod: { not: { regex: 'a.*', contains: 'z' } } },
      yes: [{ 'labels.pod': 'ab' }, { 'labels.pod': 'bz' }],
      no: [{ 'labels.pod': 'az' }, {}],
    },
    {
      raw: { alertname: { not: { inList: 'storage-alerts' } } },
      yes: [{ 'labels.alertname': 'x' }],
      no: [{ 'labels.alertname': 'InodesLow' }, {}],
    },
    {
      raw: { 'values.error_rate': { gte: 0.05, lt: 0.5 } },
      yes: [{ 'values.error_rate': 0.05 }],
      no: [{ 'values.error_rate': 0.5 }, { 'values.error_rate': 0.04 }, {}],
    },
    {
      raw: { 'values.disk_free': { lt: '512MiB' } },
      yes: [{ 'values.disk_free': 536_870_911 }],
      no: [{ 'values.disk_free': 536_870_912 }],
    },
    {
      raw: { 'values.age': { gt: '5m' } },
      yes: [{ 'values.age': 300_001 }],
      no: [{ 'values.age': 300_000 }],
    },
    {
      raw: { 'values.disk_free': '1KiB' },
      yes: [{ 'values.disk_free': 1024 }],
      no: [{ 'values.disk_free': 1000 }],
    },
    {
      raw: { 'raw.queue.size': { gt: '1kB' } },
      yes: [{ 'raw.queue.size': 1001 }],
      no: [{ 'raw.queue.size': 'many' }],
    },
    {
      raw: { ip: { cidr: ['10.0.0.0/8', '::1'] } },
      yes: [{ 'labels.ip': '10.9.9.9' }, { 'labels.ip': '::1' }],
      no: [{ 'labels.ip': '11.0.0.1' }, {}],
    },
    {
      raw: { ip: { cidr: '10.0.0.0/8' } },
      yes: [{ 'labels.ip': '10.9.9.9' }],
      no: [{ 'labels.ip': 'host' }],
    },
    { raw: { runbook: { exists: false } }, yes: [{}], no: [{ runbook: 'x' }] },
    { raw: { runbook: { exists: true } }, yes: [{ runbook: 'x' }], no: [{}] },
    { raw: { 'service.tier': { lte: 2 } }, yes: [{ 'service.tier': 2 }], no: [{ 'service.tier': 3 }, {}] },
    { raw: { 'service.tier': 1 }, yes: [{ 'service.tier': 1 }], no: [{ 'service.tier': 2 }] },
    {
      raw: { severity: { lte: 'warning' } },
      yes: ['warning', 'info', 'none'].map((severity) => ({ severity })),
      no: [{ severity: 'error' }, { severity: 'critical' }],
    },
    {
      raw: { severity: { gt: 'warning' } },
      yes: [{ severity: 'error' }, { severity: 'critical' }],
      no: [{ severity: 'warning' }],
    },
    { raw: { use: 'production' }, yes: [{ env: 'prod' }], no: [{ env: 'dev' }] },
    { raw: { code: 500 }, yes: [{ 'labels.code': '500' }], no: [{ 'labels.code': '500.0' }] },
    {
      raw: { code: [500, 'x'] },
      yes: [{ 'labels.code': '500' }, { 'labels.code': 'x' }],
      no: [{ 'labels.code': '5' }],
    },
    {
      raw: { env: 'prod', pod: 'a' },
      yes: [{ env: 'prod', 'labels.pod': 'a' }],
      no: [{ env: 'prod' }, { 'labels.pod': 'a' }],
    },
    {
      raw: { all: [{ env: 'prod' }, { pod: 'a' }] },
      yes: [{ env: 'prod', 'labels.pod': 'a' }],
      no: [{ env: 'prod' }],
    },
    {
      raw: { any: [{ env: 'prod' }, { pod: 'a' }] },
      yes: [{ env: 'prod' }, { 'labels.pod': 'a' }],
      no: [{ env: 'dev' }],
    },
    { raw: { not: { env: 'prod' } }, yes: [{ env: 'dev' }, {}], no: [{ env: 'prod' }] },
    {
      raw: ['service="checkout"', 'team!="sandbox"', 'env=~"prod|stage"'],
      yes: [{ 'labels.service': 'checkout', 'labels.env': 'prod' }],
      no: [
        { 'labels.service': 'checkout', 'labels.env': 'prod', 'labels.team': 'sandbox' },
        { 'labels.service': 'checkout', 'labels.env': 'dev' },
        { 'labels.service': 'checkout' },
        // Prometheus matchers look at labels only.
        { service: 'checkout', env: 'prod' },
      ],
    },
    {
      raw: ['team=""', '{a="1", b!~"x.*"}'],
      yes: [{ 'labels.a': '1' }],
      no: [
        { 'labels.a': '1', 'labels.b': 'xy' },
        { 'labels.a': '1', 'labels.team': 't' },
      ],
    },
    {
      raw: ['a="1"', { env: 'prod' }],
      yes: [{ 'labels.a': '1', env: 'prod' }],
      no: [{ 'labels.a': '1' }, { env: 'prod' }],
    },
  ];
  for (const { raw, yes, no } of cases) {
    it(`judges ${JSON.stringify(raw)}`, () => {
      for (const values of yes) expect(verdict(raw, values), JSON.stringify(values)).to.equal(true);
      for (const values of no) expect(verdict(raw, values), JSON.stringify(values)).to.equal(false);
    });
  }

  it('judges by schedules at the instant it is given, always being built in', () => {
    expect([9, 10].map((at) => verdict({ during: 'after-ten' }, {}, at))).to.deep.equal([false, true]);
    expect([9, 10].map((at) => verdict({ notDuring: 'after-ten' }, {}, at))).to.deep.equal([true, false]);
    expect(verdict({ during: 'always' }, {})).to.equal(true);
  });

  it('takes several Prometheus matchers in one text, with commas between them, as Alertmanager does', () => {
    const raw = ['region="lis",env=~"prod|stage"'];
    expect(verdict(raw, { 'labels.region': 'lis', 'labels.env': 'stage' })).to.equal(true);
    expect(verdict(raw, { 'labels.region': 'lis', 'labels.env': 'dev' })).to.equal(false);
    expect(verdict(['region=a,b'], { 'labels.region': 'a,b' }), 'unquoted, one value').to.equal(true);
  });

  it('says of a Prometheus matcher what a missing label means, for those who do not run the test', () => {
    const verdicts = ['a=""', 'a!=""', 'a="x"', 'a!="x"', 'a=~".*"', 'a!~"x|"'].map((text) => {
      const { matcher } = compileMatcher([text], context);
      if (matcher.kind !== 'predicate') throw new Error(`${text} is a ${matcher.kind}`);
      expect(matcher.missingAsEmpty).to.equal(true);
      return matcher.whenMissing;
    });
    expect(verdicts).to.deep.equal([true, false, false, true, true, false]);
  });

  it('matches everything where no matcher was written', () => {
    expect(verdict(undefined, {})).to.equal(true);
  });

  it('knows fields of incidents where there is one', () => {
    const routing = { ...context, incidentFields: true };
    const { matcher, problems } = compileMatcher(
      { priority: ['P1', 'P2'], tier: { gte: 'L2' }, rootService: 'db' },
      routing,
    );
    expect(problems).to.deep.equal([]);
    const incident = (values: Values): boolean =>
      matches(matcher, { read: (field) => values[formatField(field)] }, 0);
    expect(
      incident({ 'incident.priority': 'P2', 'incident.tier': 'L3', 'incident.rootService': 'db' }),
    ).to.equal(true);
    expect(
      incident({ 'incident.priority': 'P2', 'incident.tier': 'L1', 'incident.rootService': 'db' }),
    ).to.equal(false);
    expect(compileMatcher({ priority: { lte: 'P6' } }, routing).problems[0]).to.include({
      code: 'type-mismatch',
    });
  });
});
