import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { relocateProgram } from './relocate-program.js';
import { makeTempDir, type TempDir } from './temp-dir.js';

describe('relocateProgram', () => {
  let dir: TempDir;
  let program: string;

  beforeEach(async () => {
    dir = await makeTempDir('relocate');
    program = join(dir.path, 'server');
  });
  afterEach(() => dir.remove());

  it('makes a copy of the same size that looks elsewhere, wherever the place is named', async () => {
    await writeFile(program, Buffer.from('\xff/usr/share/x\x00a/usr/share/x/ui', 'latin1'));
    const copy = await relocateProgram(program, { from: '/usr/share/x', to: 'data' });
    expect((await readFile(copy)).toString('latin1')).to.equal('\xffdata////////\x00adata/////////ui');
    expect((await stat(copy)).mode & 0o111).to.equal(0o111);
  });

  it('takes the copy that is there', async () => {
    await writeFile(program, '/usr/share/x');
    await relocateProgram(program, { from: '/usr/share/x', to: 'data' });
    await writeFile(program, 'other');
    const copy = await relocateProgram(program, { from: '/usr/share/x', to: 'data' });
    expect(await readFile(copy, 'utf8')).to.equal('data////////');
  });

  it('refuses a program that does not name the place, and a place that does not fit', async () => {
    await writeFile(program, 'nothing');
    const refusals = await Promise.all(
      [
        { from: '/usr/share/x', to: 'data' },
        { from: '/x', to: 'longer' },
      ].map((place) => relocateProgram(program, place).catch((error: unknown) => (error as Error).message)),
    );
    expect(refusals[0]).to.include('does not name /usr/share/x');
    expect(refusals[1]).to.include('longer does not fit');
  });
});
