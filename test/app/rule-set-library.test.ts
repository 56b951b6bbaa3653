import { expect } from 'chai';
import {
  createCompiledRuleSets,
  createRuleSetLibrary,
  keepCompiled,
} from '../../src/app/rule-set-library.js';
import type { TocsinError } from '../../src/app/tocsin-error.js';
import { sampleRules } from '../support/sample-rules.js';

function createWorld(stored: readonly string[]) {
  const compiled: string[] = [];
  const library = createRuleSetLibrary({
    store: {
      loadBundle: (hash) => Promise.resolve(stored.includes(hash) ? new Map([['hash', hash]]) : null),
    },
    loadRules: (files) => {
      const hash = files.get('hash') ?? '';
      compiled.push(hash);
      return Promise.resolve({ ruleSet: hash === 'broken' ? null : sampleRules({ hash }), issues: [], hash });
    },
  });
  return { library, compiled };
}

describe('the library of rule sets', () => {
  it('compiles a stored bundle once', async () => {
    const { library, compiled } = createWorld(['a']);
    const loaded = await library.load('a');
    expect(await library.load('a')).to.equal(loaded);
    expect(library.get('a')).to.equal(loaded);
    expect(compiled).to.deep.equal(['a']);
  });

  it('takes what was compiled to be checked, and does not compile it again', async () => {
    const compiled = createCompiledRuleSets();
    const fresh = { ruleSet: sampleRules(), issues: [], hash: 'sample' };
    const loadRules = keepCompiled(() => Promise.resolve(fresh), compiled);
    const checked = (await loadRules(new Map())).ruleSet;
    const store = { loadBundle: () => Promise.reject(new Error('the store is asked')) };
    const library = createRuleSetLibrary({ store, loadRules, compiled });
    expect(await library.load('sample')).to.equal(checked);
  });

  it('refuses what the store has not, and what does not compile', async () => {
    const { library } = createWorld(['broken']);
    const codeOf = async (hash: string): Promise<string> =>
      ((await library.load(hash).catch((error: unknown) => error)) as TocsinError).code;
    expect(await codeOf('gone')).to.equal('rules-missing');
    expect(await codeOf('broken')).to.equal('rules-broken');
    expect(() => library.get('gone')).to.throw('gone');
  });

  it('keeps what was loaded last and lets go of what years of reloads left behind', async () => {
    const hashes = Array.from({ length: 50 }, (_, index) => `h${index}`);
    const { library } = createWorld(hashes);
    for (const hash of hashes) await library.load(hash);
    const kept = hashes.filter((hash) => {
      try {
        return library.get(hash).hash === hash;
      } catch {
        return false;
      }
    });
    expect(kept).to.deep.equal(['h46', 'h47', 'h48', 'h49']);
  });
});
