import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempDir, type TempDir } from './temp-dir.js';

/** A PATH that leads nowhere but to what a test puts there. */
export interface ProgramFolder {
  /** Puts a shell script there under a name; resolves with its path. */
  install(name: string, script: string): Promise<string>;
}

/** While the tests of the suite run, each with a new folder, PATH is nothing but that folder. Call it within `describe`. */
export function onlyThesePrograms(): ProgramFolder {
  const { PATH } = process.env;
  let dir: TempDir;

  beforeEach(async () => {
    dir = await makeTempDir('path');
    process.env['PATH'] = dir.path;
  });

  afterEach(async () => {
    process.env['PATH'] = PATH;
    await dir.remove();
  });

  return {
    async install(name, script) {
      const program = join(dir.path, name);
      await writeFile(program, `#!/bin/sh\n${script}\n`);
      await chmod(program, 0o755);
      return program;
    },
  };
}
