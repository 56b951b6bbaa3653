import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { createRecentValues } from '../../../src/domain/alert/recent-values.js';
import { createShareTexts, type ShareTexts } from '../../../src/domain/alert/share-texts.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const body = JSON.stringify([
  {
    labels: { alertname: 'KubePodCrashLooping', namespace: 'x' },
    generatorURL: `http://prometheus/${'g'.repeat(200)}`,
    raw: {
      list: ['a text in a list', 7, null, { deep: { deeper: { deepest: 'the text that lies deepest' } } }],
    },
  },
]);

function heapOf(share: ShareTexts, text = body): number {
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  const held = Array.from({ length: 20_000 }, () => {
    const value = JSON.parse(text) as unknown;
    share(value);
    return value;
  });
  collect();
  collect();
  return (process.memoryUsage().heapUsed - before) / held.length;
}

describe('shared texts', () => {
  it('are held once, however often they are parsed', () => {
    const apart = heapOf(() => undefined);
    const shared = heapOf(createShareTexts());
    expect(apart - shared, `${apart} and ${shared} bytes`).to.be.greaterThan(200);
  });

  it('are shared again under a name whose texts were always new before', () => {
    const share = createShareTexts();
    for (let number = 0; number < 1_000; number += 1) share({ pod: `one that never came before ${number}` });
    const same = JSON.stringify({ pod: 'p'.repeat(250) });
    for (let time = 0; time < 10_000; time += 1) share(JSON.parse(same));
    const apart = heapOf(() => undefined, same);
    const shared = heapOf(share, same);
    expect(apart - shared, `${apart} and ${shared} bytes`).to.be.greaterThan(200);
  });

  it('change nothing that a value says', () => {
    const share = createShareTexts();
    for (let time = 0; time < 2; time += 1) {
      const value = JSON.parse(body) as unknown;
      share(value);
      expect(JSON.stringify(value)).to.equal(body);
    }
  });

  it('are looked for in a value that is nested deeper than any stack', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(() => {
      createShareTexts()(deep);
    }).not.to.throw();
  });

  it('are no setters of what all objects have', () => {
    const value = JSON.parse('{"__proto__": "a text that is long enough"}') as object;
    createShareTexts()(value);
    expect(Object.entries(value)).to.deep.equal([['__proto__', 'a text that is long enough']]);
  });
});

describe('recent values', () => {
  it('give what was kept', () => {
    const recent = createRecentValues<string, number>(2);
    expect(recent.find('a')).to.equal(undefined);
    recent.keep('a', 1);
    expect(recent.find('a')).to.equal(1);
  });

  it('keep what is used, and forget what others have crowded out', () => {
    const recent = createRecentValues<string, number>(10);
    recent.keep('once', 0);
    recent.keep('used', 0);
    for (let at = 1; at <= 100; at += 1) {
      recent.keep(`other ${at}`, at);
      expect(recent.find('used')).to.equal(0);
    }
    expect(recent.find('once')).to.equal(undefined);
  });
});
