import type { FieldValue, Matcher } from '../../src/domain/alert/matcher.js';
import type { MatcherContext } from '../../src/domain/rules/compile-matcher.js';

const production: Matcher = {
  kind: 'predicate',
  field: { kind: 'alert', name: 'env' },
  test: { op: 'equals', value: 'prod' },
  negate: false,
  whenMissing: false,
};

/** A small vocabulary for tests of matchers: one field of each type, one thing of each kind to refer to. */
export const sampleMatcherContext: MatcherContext = {
  fields: new Map([
    ['env', { type: 'enum', values: ['prod', 'stage', 'dev'] }],
    ['labels.alertname', { type: 'string' }],
    ['labels.region', { type: 'enum', values: ['lis', 'fra', 'iad'] }],
    ['labels.pod', { type: 'string' }],
    ['labels.ip', { type: 'string' }],
    ['labels.code', { type: 'string' }],
    ['values.error_rate', { type: 'number' }],
    ['values.disk_free', { type: 'bytes' }],
    ['values.age', { type: 'duration' }],
    ['values.share', { type: 'number', unit: 'ratio' }],
    ['values.used', { type: 'number', unit: 'percent' }],
    ['values.latency', { type: 'duration', unit: 's' }],
    ['values.heap', { type: 'bytes', unit: 'MiB' }],
    ['labels.client', { type: 'ip' }],
    ['labels.manual', { type: 'boolean' }],
  ]),
  lists: new Map<string, readonly FieldValue[]>([
    ['storage-alerts', ['DiskFilling', 'InodesLow']],
    ['regions', ['lis', 'mad']],
  ]),
  named: new Map([['production', production]]),
  schedules: new Map([
    ['after-ten', { id: 'after-ten', includes: (at: number) => at >= 10, nextTurn: () => 10 }],
  ]),
  incidentFields: false,
  regexLength: 256,
  conjunctions: 64,
};
