import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleReader } from '../../app/ports.js';
import type { BundleFiles } from '../../domain/rules/bundle.js';
import {
  asUnreadable,
  type BundleLimits,
  defaultLimits,
  findBundleFiles,
  unreadable,
  whatToDo,
} from './find-bundle-files.js';
import { parseBundle } from './parse-bundle.js';
import { createCheckDocument, type CheckDocument } from './schema-checker.js';

/** Reads and parses the bundle in a folder. */
export function createBundleReader(options: {
  directory: string;
  checkDocument?: CheckDocument;
  limits?: Partial<BundleLimits>;
}): BundleReader {
  const { directory, checkDocument = createCheckDocument() } = options;
  const limits = { ...defaultLimits, ...options.limits };
  return {
    read: () => readFiles(directory, limits),
    parse: (files) => parseBundle(files, { checkDocument }),
    hash: hashBundle,
  };
}

/** SHA-256 over paths and texts in hex; lengths keep one file's end apart from the next one's beginning. */
function hashBundle(files: BundleFiles): string {
  const hash = createHash('sha256');
  for (const [path, text] of [...files].sort(byPath)) {
    hash.update(`${Buffer.byteLength(path)}:${path}${Buffer.byteLength(text)}:${text}`);
  }
  return hash.digest('hex');
}

async function readFiles(directory: string, limits: BundleLimits): Promise<BundleFiles> {
  const { paths } = await findBundleFiles(directory, limits);
  if (paths.length === 0) throw unreadable(`There is no .yaml file in ${directory}. ${whatToDo}`);
  const files: [string, string][] = [];
  let total = 0;
  for (const path of paths) {
    const bytes = await readBytes(directory, path, limits);
    total += bytes.length;
    if (total > limits.totalBytes) throw unreadable(`The bundle is larger than ${limits.totalBytes} bytes.`);
    files.push([path, decode(bytes, path)]);
  }
  return new Map(files);
}

async function readBytes(directory: string, path: string, limits: BundleLimits): Promise<Buffer> {
  try {
    const { size } = await stat(join(directory, path));
    if (size > limits.fileBytes) throw unreadable(`${path} is larger than ${limits.fileBytes} bytes.`);
    return await readFile(join(directory, path));
  } catch (error) {
    throw asUnreadable(error, `Can not read ${path}`);
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(`${path} is not UTF-8 text. Save it as UTF-8.`, error);
  }
}

function byPath(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}
