import {
  type AlertmanagerCase,
  labels,
  json,
  alert,
  labelled,
  stored,
  unreadable,
  noLabels,
  refused,
  noPair,
  newerTakesUtf8,
} from './alertmanager-case.js';

/** Labels: missing, empty, of other types, with unusual names. */
export const labelCases: readonly AlertmanagerCase[] = [
  { name: 'an alert without labels', body: '[{}]', alertmanager: noLabels(0) },
  { name: 'labels null', body: '[{"labels":null}]', alertmanager: noLabels(0) },
  {
    name: 'a second alert without labels',
    body: json([{ labels }, { annotations: {} }]),
    alertmanager: noLabels(1),
  },
  { name: 'two alerts without labels', body: '[{},{}]', alertmanager: noLabels(0) },
  { name: 'labels empty', body: labelled({}), alertmanager: noPair },
  { name: 'only a label with an empty value', body: labelled({ x: '' }), alertmanager: noPair },
  { name: 'only a label that is null', body: labelled({ x: null }), alertmanager: noPair },
  {
    name: 'a label with an empty value among others',
    body: labelled({ a: 'b', x: '' }),
    alertmanager: stored,
  },
  { name: 'a label that is null among others', body: labelled({ a: 'b', x: null }), alertmanager: stored },
  { name: 'a nameless label with an empty value', body: labelled({ a: 'b', '': '' }), alertmanager: stored },
  {
    name: 'a nameless label',
    body: labelled({ a: 'b', '': 'x' }),
    alertmanager: refused('invalid label set: invalid name ""'),
  },
  {
    name: 'labels an array',
    body: '[{"labels":[]}]',
    alertmanager: unreadable(
      'json: cannot unmarshal array into Go struct field Alert.labels of type models.LabelSet',
    ),
  },
  {
    name: 'labels a string',
    body: '[{"labels":"x"}]',
    alertmanager: unreadable(
      'json: cannot unmarshal string into Go struct field Alert.labels of type models.LabelSet',
    ),
  },
  {
    name: 'a label that is a number',
    body: labelled({ a: 1 }),
    alertmanager: unreadable(
      'json: cannot unmarshal number into Go struct field Alert.labels of type string',
    ),
  },
  {
    name: 'a label that is an object',
    body: labelled({ a: {} }),
    alertmanager: unreadable(
      'json: cannot unmarshal object into Go struct field Alert.labels of type string',
    ),
  },
  {
    name: 'a label that is a boolean',
    body: labelled({ a: true }),
    alertmanager: unreadable('json: cannot unmarshal bool into Go struct field Alert.labels of type string'),
  },
  {
    name: 'an alert that is null',
    body: '[null]',
    alertmanager: null,
    tocsin: { answer: unreadable('0 is null'), why: 'Alertmanager panics and drops the connection' },
  },
  { name: 'values in many scripts', body: labelled({ alertname: 'Ünïcode 🙂 Σ' }), alertmanager: stored },
  { name: 'the label __name__', body: labelled({ __name__: 'x' }), alertmanager: stored },
  {
    name: 'labels named as parts of JavaScript objects',
    body: '[{"labels":{"__proto__":"x","constructor":"y","toString":"z"}}]',
    alertmanager: stored,
  },
  { name: 'a name given twice', body: '[{"labels":{"a":"first","a":"last"}}]', alertmanager: stored },
  {
    name: 'a UTF-8 label name',
    body: labelled({ ünï: 'x' }),
    alertmanager: refused('invalid label set: invalid name "ünï"'),
    tocsin: newerTakesUtf8,
  },
  {
    name: 'a label name with a dot',
    body: labelled({ 'a.b': 'x' }),
    alertmanager: refused('invalid label set: invalid name "a.b"'),
    tocsin: newerTakesUtf8,
  },
  {
    name: 'an annotation name with a hyphen',
    body: alert({ annotations: { 'a-b': 'x' } }),
    alertmanager: refused('invalid annotations: invalid name "a-b"'),
    tocsin: newerTakesUtf8,
  },
  {
    name: 'a nameless annotation',
    body: alert({ annotations: { '': 'x' } }),
    alertmanager: refused('invalid annotations: invalid name ""'),
  },
];
