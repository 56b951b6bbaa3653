import { expect } from 'chai';
import { isRequestUri } from '../../../src/domain/sources/request-uri.js';

// Each was sent to Alertmanager 0.25, which took it or refused it as told here.
const taken: Readonly<Record<string, readonly string[]>> = {
  'what Prometheus sends': [
    'http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    'https://user:p%40ss@metrics.example.com/prom/graph?g0.expr=a b',
    'http://[2001:db8::1]:9090/graph',
    'http://[fe80::1%25eth0]:9090/',
  ],
  'a rooted path': ['/', '/graph?x=1', '//x', '//a b', '/a:b', '/%41#%42'],
  'a scheme with anything but a slash behind it': ['mailto:x@y', 'foo:bar', 'foo:', 'foo:%zz', 'foo:?/%zz'],
  'an empty authority or path': ['http:/', 'http://', 'http:///x', 'http://h', 'http://h:', 'http://h?q'],
  'a name of any letters': [
    'http://ü.example/ü#frag',
    'http://%c3%bc/',
    'http://a_b!$<>"/',
    'http://a]b:80/',
  ],
  'anything printable in a query': ['http://h/?q=%zz', 'http://h?%#[ ]', '/?\u0085'],
  'the server as a whole': ['*'],
};

const refused: Readonly<Record<string, readonly string[]>> = {
  'neither scheme nor rooted path': ['foo', 'graph/x', '#x', '?a=b:c', 'x?y:z', '://x', ':', '*?', '1a:b'],
  'a control character': ['http://h/\n', '/\t', 'foo:\0', 'http://h/?q=\x7f', '/x\n'],
  'a host with what none can have': [
    'http://a b',
    'http://a b/',
    'http://h#frag',
    'http://a^b/',
    'http://a\\b/',
  ],
  'a port that is no number': [
    'http://x:abc/',
    'http://x:80a',
    'http://x:80:-1/',
    'http://[::1]:x/',
    'http://[::1]80',
  ],
  'a bracket that is not closed': ['http://[::1/', 'http://[/'],
  'a broken escape': ['http://x/%zz', '/%4', '/%', 'http://h/#%', 'http://%41/', 'http://%zz/', 'foo:/%zz'],
  'a user that is none': ['http://u%zz@h/', 'http://u b@h/', 'http://ü@h/', 'http://u@h:x/', 'http://u[@h/'],
};

describe('isRequestUri', () => {
  for (const [what, texts] of Object.entries(taken))
    it(`takes ${what}`, () => {
      for (const text of texts) expect(isRequestUri(text), text).to.equal(true);
    });

  for (const [what, texts] of Object.entries(refused))
    it(`refuses ${what}`, () => {
      for (const text of texts) expect(isRequestUri(text), text).to.equal(false);
    });

  it('needs no more than time in proportion to the length of the text', () => {
    const many = (text: string): string => text.repeat(200_000);
    const started = performance.now();
    for (const text of [
      `http://${many('@')} `,
      `http://${many(':1')}x`,
      `http://[${many(']')}x`,
      `http://${many(']')}${many(':')}x`,
      `http://h/${many('%41')}%`,
      `x:${many('/')}\n`,
      many('a'),
    ])
      expect(isRequestUri(text)).to.equal(false);
    // A quadratic pattern would take minutes.
    expect(performance.now() - started).to.be.below(2000);
  });
});
