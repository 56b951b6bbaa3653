import {
  type AlertmanagerCase,
  alert,
  stored,
  PARSING,
  coded,
  unreadable,
  noBody,
} from './alertmanager-case.js';

/** Bodies as a whole: what is JSON, what is an array, what is nothing. */
export const bodyCases: readonly AlertmanagerCase[] = [
  { name: 'one alert', body: alert({}), alertmanager: stored },
  {
    name: 'an alert with every field',
    body: alert({
      annotations: { summary: 'It fails' },
      startsAt: '2026-01-01T10:00:00.123456789+01:00',
      endsAt: '2126-01-01T10:00:00Z',
      generatorURL: 'http://prometheus.example/graph?g0.expr=up',
    }),
    alertmanager: stored,
  },
  { name: 'no alert', body: '[]', alertmanager: stored },
  { name: 'null', body: 'null', alertmanager: stored },
  {
    name: 'an object instead of an array',
    body: '{}',
    alertmanager: coded(
      400,
      400,
      `${PARSING}json: cannot unmarshal object into Go value of type models.PostableAlerts`,
    ),
  },
  {
    name: 'a string instead of an array',
    body: '"x"',
    alertmanager: coded(
      400,
      400,
      `${PARSING}json: cannot unmarshal string into Go value of type models.PostableAlerts`,
    ),
  },
  {
    name: 'a number instead of an array',
    body: '12',
    alertmanager: coded(
      400,
      400,
      `${PARSING}json: cannot unmarshal number into Go value of type models.PostableAlerts`,
    ),
  },
  { name: 'JSON that breaks off', body: '[{"labels":', alertmanager: unreadable('unexpected EOF') },
  {
    name: 'no JSON',
    body: 'nonsense',
    alertmanager: unreadable("invalid character 'o' in literal null (expecting 'u')"),
  },
  {
    name: 'a comma too many',
    body: '[{"labels":{"a":"b"}},]',
    alertmanager: unreadable("invalid character ']' looking for beginning of value"),
  },
  {
    name: 'arrays 20,000 deep',
    body: '['.repeat(20_000) + ']'.repeat(20_000),
    alertmanager: unreadable("invalid character '[' exceeded max depth"),
  },
  { name: 'no body', alertmanager: noBody },
  { name: 'no body and no content type', headers: {}, alertmanager: noBody },
  { name: 'no body of type text', headers: { 'Content-Type': 'text/plain' }, alertmanager: noBody },
  { name: 'an empty body', body: '', alertmanager: noBody },
  { name: 'a blank body', body: '   ', alertmanager: noBody },
  {
    name: 'something after the array',
    body: '[] xyz',
    alertmanager: stored,
    tocsin: {
      answer: unreadable('there is more than one value'),
      why: 'Go reads the first value and loses the rest without a word',
    },
  },
  {
    name: 'a byte order mark',
    body: '\ufeff[]',
    alertmanager: unreadable("invalid character 'ï' looking for beginning of value"),
    tocsin: { answer: stored, why: 'the mark says nothing about the content' },
  },
  {
    name: 'a body that is no UTF-8',
    body: Buffer.from('[{"labels":{"alertname":"caf\xe9"}}]', 'latin1'),
    alertmanager: stored,
    tocsin: {
      answer: unreadable('it is not valid UTF-8'),
      why: 'Go replaces the bytes, so that two different alerts become one',
    },
  },
];
