import { expect } from 'chai';
import { createBundleReader } from '../../../src/adapters/files/bundle-reader.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { lintRules } from '../../../src/app/lint-rules.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';
import { type BenchRules, likeAlertmanager, spreadByNamespace, writeBenchRules } from './bench-rules.js';

const told: BenchRules = {
  ...likeAlertmanager,
  receiver: { url: 'http://127.0.0.1:9/', label: 'group' },
};

describe('the bundles of the benchmarks', () => {
  for (const [name, rules] of Object.entries({ likeAlertmanager, spreadByNamespace, told })) {
    it(`can be served: ${name}`, async () => {
      const home = await makeTempDir('bench-rules');
      try {
        await writeBenchRules(home.path, rules);
        const reader = createBundleReader({ directory: home.path });
        const { issues } = await lintRules({ reader, clock: systemClock });
        expect(issues.filter(({ level }) => level === 'error')).to.deep.equal([]);
      } finally {
        await home.remove();
      }
    });
  }
});
