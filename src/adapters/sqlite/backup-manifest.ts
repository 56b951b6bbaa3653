import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../app/tocsin-error.js';

/** In the order in which a restore puts them in place: a store without its log is refused at start, never the reverse. */
export const backedUpFiles = ['store.db', 'journal.db'] as const;

/** `manifest.json` of a backup: written last, so that a copy that was broken off has none. */
export interface BackupManifest {
  readonly format: 1;
  /** Version of the Tocsin that wrote it. */
  readonly version: string;
  readonly createdAt: string;
  /** The store is the state after the record at `committed`; the log goes on to `logEnd`. */
  readonly shards: readonly { readonly shard: number; readonly committed: number; readonly logEnd: number }[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

const manifestName = 'manifest.json';

export function manifestPath(directory: string): string {
  return join(directory, manifestName);
}

/** Refuses with TocsinError `backup-unreadable` what is not a whole backup that this version can read. */
export async function readManifest(directory: string): Promise<BackupManifest> {
  const text = await readFile(manifestPath(directory), 'utf8').catch((cause: unknown) => {
    throw unreadable(directory, 'it has no manifest.json: not a backup, or one that was broken off', cause);
  });
  const manifest = parse(directory, text);
  if (manifest.format !== 1)
    throw unreadable(
      directory,
      `its format ${String(manifest.format)} is of another version (${manifest.version ?? 'unknown'})`,
    );
  const listed = manifest.files?.map(({ name }) => name) ?? [];
  const missing = backedUpFiles.find((name) => !listed.includes(name));
  if (missing !== undefined) throw unreadable(directory, `its manifest.json does not list ${missing}`);
  return manifest as BackupManifest;
}

function parse(
  directory: string,
  text: string,
): { format?: number } & Partial<Omit<BackupManifest, 'format'>> {
  try {
    return JSON.parse(text) as { format?: number };
  } catch (cause) {
    throw unreadable(directory, 'its manifest.json is not JSON', cause);
  }
}

export function unreadable(directory: string, why: string, cause?: unknown): TocsinError {
  return new TocsinError(`The backup ${directory} can't be used: ${why}.`, {
    code: 'backup-unreadable',
    retriable: false,
    cause,
  });
}

/** SHA-256 of a file in hex, read piece by piece. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
