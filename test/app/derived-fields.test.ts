import { expect } from 'chai';
import { alert, createWorld, minute } from '../support/engine-world.js';
import { edited, loadOverMinimal } from '../support/fixture-bundle.js';

const rules = `apiVersion: tocsin/v1
kind: Triage
rules:
  - id: parts
    set: tidy
    match: { labels.pod: { exists: true } }
    then:
      extract:
        - { from: labels.pod, regex: '^(?P<workload>[a-z-]+?)-[a-f0-9]{8}(?:-(?P<none>x))?' }
        - { from: title, regex: '(?P<ratio>[0-9.]+) of (?P<word>[a-z]+)', into: values }
        - { from: title, regex: 'of (?P<word>[a-z]+)', into: annotations }
  - id: look-up
    set: tidy
    match: { labels.workload: { exists: true } }
    then:
      enrich:
        - { label: rack, from: { table: hosts, key: labels.workload, column: rack } }
        - { annotation: room, from: { table: hosts, key: labels.rack, keyColumn: rack, column: room } }
  - id: full
    set: classify
    before: [disk]
    match: { values.ratio: { gt: 0.5 }, labels.rack: r1 }
    then: { category: capacity/full }
`;
const fields =
  '  labels.pod: { type: string }\n  labels.workload: { type: string }\n  labels.rack: { type: string }\n';
const files = (rack = 'r1') => ({
  'bundle.yaml': edited('bundle.yaml', '  values.ratio', `${fields}  values.ratio`),
  'tidy.yaml': rules,
  'tables/hosts.csv': `host,rack,room\nshop-web,${rack},"north, 2"\nother,,south\n`,
});

const load = (rack?: string) => {
  const { ruleSet, issues, hash } = loadOverMinimal(files(rack));
  if (ruleSet === null) throw new Error(JSON.stringify(issues));
  return { ruleSet, hash };
};

const incoming = {
  title: '0.75 of disk',
  labels: { alertname: 'DiskFull', pod: 'shop-web-0123abcd-yz' },
};

describe('fields that rules derive', () => {
  it('are what named groups find and what tables say, for rules that come later to read', () => {
    const world = createWorld(load().ruleSet);
    world.receive(incoming);
    const { labels, annotations, values, category } = world.alert(incoming);
    expect(labels).to.deep.equal({ ...incoming.labels, workload: 'shop-web', rack: 'r1' });
    expect(values).to.deep.equal({ ratio: 0.75 });
    expect({ category, annotations }).to.deep.equal({
      category: 'capacity/full',
      annotations: { word: 'disk' },
    });
    const { normalize } = world.engine.explain({ incoming: alert(incoming), at: world.now() });
    expect(normalize.tries.flatMap(({ writes }) => writes.map(({ field }) => field))).to.deep.equal([
      ...['labels.workload', 'annotations.word', 'values.ratio', 'labels.rack'],
    ]);
  });

  it('let a repeat be a repeat, and a message be explained by what the sender said', () => {
    const world = createWorld(load().ruleSet);
    world.receive(incoming);
    world.wait(minute);
    world.receive(incoming);
    expect(world.total('alerts_deduplicated', 'prometheus')).to.equal(1);
    expect(world.alert(incoming).said?.values).to.equal(null);
    const trace = world.engine.explainKnown(world.alert(incoming).fingerprint, world.now());
    expect(trace?.deduplicate.signal).to.equal('repeat');
    expect(trace?.normalize.tries[0]?.writes).to.have.length(3);
  });

  it('are left alone where nothing is found, and search no more than the beginning of a text', () => {
    const world = createWorld(load().ruleSet);
    const late = {
      title: `${' '.repeat(4_096)}0.75 of disk`,
      labels: { alertname: 'X', pod: 'other-0123abcd' },
    };
    world.receive(late);
    expect(world.alert(late)).to.deep.include({ values: null, annotations: {} });
    expect(world.alert(late).labels).to.deep.equal({ ...late.labels, workload: 'other' });
  });

  it('go with the bundle: another table is another revision', () => {
    expect(load('r1').hash).not.to.equal(load('r2').hash);
  });
});
