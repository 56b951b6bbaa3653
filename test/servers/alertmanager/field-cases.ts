import {
  type AlertmanagerCase,
  labels,
  json,
  alert,
  stored,
  unreadable,
  badUri,
  refused,
  noPair,
} from './alertmanager-case.js';

/** The fields beside labels and times, and several alerts in one request. */
export const fieldCases: readonly AlertmanagerCase[] = [
  { name: 'unknown fields', body: alert({ status: 'firing', foo: 1 }), alertmanager: stored },
  { name: 'annotations null', body: alert({ annotations: null }), alertmanager: stored },
  {
    name: 'an annotation that is a number',
    body: alert({ annotations: { x: 1 } }),
    alertmanager: unreadable(
      'json: cannot unmarshal number into Go struct field .annotations of type string',
    ),
  },
  {
    name: 'annotations an array',
    body: alert({ annotations: [] }),
    alertmanager: unreadable(
      'json: cannot unmarshal array into Go struct field .annotations of type models.LabelSet',
    ),
  },
  ...['', null, '/graph?x=1', 'mailto:a@b.example', 'foo:bar', 'http://x/ü#part'].map((url) => ({
    name: `generatorURL ${json(url)}`,
    body: alert({ generatorURL: url }),
    alertmanager: stored,
  })),
  ...['foo', 'graph/x', '#x', 'http://a b', 'http://x/%zz', 'http://x:abc/', '://x'].map((url) => ({
    name: `generatorURL ${json(url)}`,
    body: alert({ generatorURL: url }),
    alertmanager: badUri(0, url),
  })),
  {
    name: 'a bad generatorURL in an alert without labels',
    body: '[{"generatorURL":"foo"}]',
    alertmanager: badUri(0, 'foo'),
  },
  {
    name: 'a bad generatorURL in the second alert',
    body: json([{ labels }, { labels, generatorURL: 'foo' }]),
    alertmanager: badUri(1, 'foo'),
  },
  {
    name: 'a generatorURL that is a number',
    body: alert({ generatorURL: 3 }),
    alertmanager: unreadable(
      'json: cannot unmarshal number into Go struct field Alert.generatorURL of type string',
    ),
  },
  {
    name: 'the second of two alerts without a label pair',
    body: json([{ labels: { kept: 'yes' } }, { labels: {} }]),
    alertmanager: noPair,
  },
  {
    name: 'three alerts refused for different reasons',
    body: json([
      { labels: {} },
      { labels: { '': 'x' } },
      { labels, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' },
    ]),
    alertmanager: refused(
      'at least one label pair required; invalid label set: invalid name ""; start time must be before end time',
    ),
    tocsin: {
      answer: refused(
        'at least one label pair required\ninvalid label set: invalid name ""\nstart time must be before end time',
      ),
      why: 'newer versions put each reason on a line of its own',
    },
  },
];
