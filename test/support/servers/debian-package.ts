import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, cachedFolder, MAKING_MS } from './cached-folder.js';
import { lockFile } from './lock-file.js';

const run = promisify(execFile);

export interface DebianProgram {
  /** The name of the binary: `prometheus`. */
  readonly command: string;
  /** The package that holds it, then those of the shared libraries it needs beyond libc. */
  readonly packages: readonly string[];
}

export interface Program {
  readonly path: string;
  /** To run it with: ours, and where its shared libraries are when they came out of packages. */
  readonly env: NodeJS.ProcessEnv;
  /** Where its package was unpacked; null when it is installed. */
  readonly root: string | null;
}

/** The program can't be had on this machine; the message says why and what to do. */
export class ProgramUnavailable extends Error {
  override readonly name = 'ProgramUnavailable';
}

const BINARY_FOLDERS = ['usr/bin', 'usr/sbin', 'bin'];

/**
 * Where a program of a Debian package is: on PATH, or in our cache, or else downloaded and unpacked into the cache
 * (`apt-get download`, `dpkg-deb -x`), which needs no root. Throws ProgramUnavailable when there is no way.
 */
export async function findProgram(program: DebianProgram): Promise<Program> {
  const installed = await firstExecutable((process.env['PATH'] ?? '').split(delimiter), program.command);
  if (installed !== undefined) return { path: installed, env: process.env, root: null };

  const root = await cachedFolder(program.packages.join('+'), (folder) => unpackPackages(program, folder));
  const unpacked = await unpackedProgram(root, program.command);
  if (unpacked === undefined) {
    throw new ProgramUnavailable(
      `the package ${program.packages.join(', ')} has no program ${program.command}`,
    );
  }
  return unpacked;
}

async function unpackedProgram(root: string, command: string): Promise<Program | undefined> {
  const path = await firstExecutable(
    BINARY_FOLDERS.map((folder) => join(root, folder)),
    command,
  );
  if (path === undefined) return undefined;
  const libraries = await libraryFolders(root);
  return { path, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) }, root };
}

/** `usr/lib` and its folder of this architecture (`usr/lib/x86_64-linux-gnu`). */
async function libraryFolders(root: string): Promise<string[]> {
  const folders: string[] = [];
  for (const lib of ['usr/lib', 'lib']) {
    const entries = await readdir(join(root, lib), { withFileTypes: true }).catch(() => []);
    if (entries.length > 0) folders.push(join(root, lib));
    for (const entry of entries) {
      if (entry.isDirectory() && entry.name.includes('-linux-')) folders.push(join(root, lib, entry.name));
    }
  }
  return folders;
}

async function firstExecutable(folders: readonly string[], command: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, command);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}

async function unpackPackages(program: DebianProgram, folder: string): Promise<void> {
  const downloads = join(folder, 'downloads');
  try {
    await mkdir(downloads);
    await downloadPackages(program.packages, downloads);
    for (const file of await readdir(downloads)) await run('dpkg-deb', ['-x', join(downloads, file), folder]);
    await rm(downloads, { recursive: true });
  } catch (error) {
    throw new ProgramUnavailable(
      `${program.command} is not on PATH and could not be taken from Debian's package archive: ` +
        `${reasonOf(error)}. Install it (apt-get install ${program.packages.join(' ')}) or put it on PATH`,
      { cause: error },
    );
  }
}

async function downloadPackages(packages: readonly string[], into: string): Promise<void> {
  try {
    await run('apt-get', ['download', ...packages], { cwd: into });
  } catch {
    // The system's package lists are missing or old: fetch our own, which any user may do in a folder of theirs, one at a time.
    const lock = await lockFile(join(CACHE, 'apt.lock'), MAKING_MS);
    try {
      const options = await ownPackageLists();
      await run('apt-get', [...options, 'update'], { timeout: 180_000 });
      await run('apt-get', [...options, 'download', ...packages], { cwd: into, timeout: MAKING_MS });
    } finally {
      await lock.release();
    }
  }
}

async function ownPackageLists(): Promise<string[]> {
  const lists = join(CACHE, 'apt/lists');
  const archives = join(CACHE, 'apt/cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(archives, 'archives/partial'), { recursive: true });
  const settings = [`Dir::State::Lists=${lists}`, `Dir::Cache=${archives}`, 'APT::Sandbox::User=root'];
  return ['-q', ...settings.flatMap((setting) => ['-o', setting])];
}

/** What apt says in its first error line, else the error's own message. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr ?? '').split('\n');
  return lines.find((line) => line.startsWith('E:')) ?? message.split('\n')[0]!;
}
