import { expect } from 'chai';
import fc from 'fast-check';
import { cutWords } from '../../../src/domain/alert/cut-words.js';
import { createWordList, hasWord, readWord } from '../../../src/domain/alert/word-list.js';

function wordsOf(text: string): readonly string[] {
  const { letters, starts } = cutWords(text);
  return starts.map((start, index) => letters.slice(start, starts[index + 1]));
}

const has = (words: readonly string[], text: string): boolean => hasWord(createWordList(words), text);

describe('words', () => {
  const cuts: Readonly<Record<string, readonly string[]>> = {
    HostOutOfDiskSpace: ['host', 'out', 'of', 'disk', 'space'],
    KubeAPIDown: ['kube', 'api', 'down'],
    NodeRAIDDegraded: ['node', 'raid', 'degraded'],
    EnvoyHighHttp5xxErrorRate: ['envoy', 'high', 'http', '5xx', 'error', 'rate'],
    disk_full: ['disk', 'full'],
    'Cert-managerAbsent': ['cert', 'manager', 'absent'],
    'High CPU usage on host (>80%)': ['high', 'cpu', 'usage', 'on', 'host', '80'],
    ÜberhitztÉté: ['überhitzt', 'été'],
    '': [],
  };
  for (const [text, words] of Object.entries(cuts)) {
    it(`of "${text}" are ${words.join(', ') || 'none'}`, () => {
      expect(wordsOf(text)).to.deep.equal(words);
    });
  }

  it('are found however a name is spelled', () => {
    for (const text of ['DiskFull', 'disk_full', 'disk-full', 'Disk full on db-1', 'HOST: DISK FULL'])
      expect(has(['disk full'], text), text).to.equal(true);
    for (const text of ['RabbitMQDown', 'RabbitmqDown', 'rabbitmq_down', 'rabbit-mq down'])
      expect(has(['rabbitmq'], text), text).to.equal(true);
  });

  it('are whole words, unless they end in a star', () => {
    expect(has(['down'], 'EnvoyDownstreamErrors')).to.equal(false);
    expect(has(['stream'], 'EnvoyDownstreamErrors')).to.equal(false);
    expect(has(['err'], 'Errors')).to.equal(false);
    expect(has(['err*'], 'Errors')).to.equal(true);
    expect(has(['disk full'], 'DiskFuller')).to.equal(false);
    expect(has(['disk full'], 'DiskIsFull')).to.equal(false);
  });

  it('are no words with fewer than two letters, or with a star inside', () => {
    for (const text of ['', 'x', '*', '-', 'a*', '*down', 'a*b*'])
      expect(readWord(text), text).to.equal(null);
    expect(has(['x', 'down'], 'x down')).to.equal(true);
  });

  it('are all found in any text that is made of them', () => {
    const aWord = fc.stringMatching(/^[a-z]{2,8}$/);
    const spelled = (words: readonly string[], style: number): string => {
      if (style < 3) return words.join(['_', '-', ' '][style]);
      return words.map((each) => each.slice(0, 1).toUpperCase() + each.slice(1)).join('');
    };
    fc.assert(
      fc.property(fc.array(aWord, { minLength: 1, maxLength: 6 }), fc.nat(3), (words, style) => {
        const text = spelled(words, style);
        for (const each of words) expect(has([each], text), `${each} in ${text}`).to.equal(true);
        expect(has([`${words[0] ?? ''}*`], text)).to.equal(true);
        expect(has([words.join(' ')], text)).to.equal(true);
        expect(has(['77'], text)).to.equal(false);
      }),
    );
  });

  it('of many more texts than are remembered are still right', () => {
    for (let i = 0; i < 5_000; i += 1) expect(has(['full'], `Disk${i}Full`)).to.equal(true);
    const long = 'word '.repeat(100);
    expect(has(['word'], long) && has(['end'], `${long}end`) && !has(['end'], long)).to.equal(true);
  });
});
