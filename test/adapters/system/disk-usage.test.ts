import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDiskUsage } from '../../../src/adapters/system/disk-usage.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';

describe('the disk usage of a directory', () => {
  it('is the sum of its files, beside what its volume has left', async () => {
    const directory = await makeTempDir('disk-usage');
    try {
      await writeFile(join(directory.path, 'log.db'), 'x'.repeat(1000));
      await writeFile(join(directory.path, 'store.db'), 'x'.repeat(234));
      await mkdir(join(directory.path, 'folder'));
      const usage = await readDiskUsage(directory.path);
      expect(usage.dataBytes).to.equal(1234);
      expect(usage.freeBytes).to.be.above(0);
      expect(usage.sizeBytes).to.be.above(usage.freeBytes);
    } finally {
      await directory.remove();
    }
  });
});
