import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleReader } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { BundleFiles } from '../../domain/rules/bundle.js';
import { parseBundle } from './parse-bundle.js';
import { createCheckDocument, type CheckDocument } from './schema-checker.js';

/** Sizes are bytes. */
export interface BundleLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly depth: number;
}

const defaultLimits: BundleLimits = {
  files: 2_000,
  fileBytes: 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  depth: 8,
};

const whatToDo = 'Name the folder that holds the bundle: TOCSIN_RULES_DIR, or the argument of tocsin lint.';

/** Folders at the top of a bundle that hold something else than rules. */
const notRules = new Set(['tests', 'tables']);

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
    parse: (files) => parseBundle(files, checkDocument),
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
  const paths = await findYaml(directory, limits);
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

/**
 * Paths of the YAML files below a folder, sorted. Links are followed, each real folder once, so loops end; names that begin
 * with a dot are left out, which also skips the hidden copies behind a mounted Kubernetes ConfigMap.
 */
async function findYaml(directory: string, limits: BundleLimits): Promise<string[]> {
  const found: string[] = [];
  const visited = new Set<string>();
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > limits.depth) throw unreadable(`${folder} lies more than ${limits.depth} folders deep.`);
    const real = await realpath(join(directory, folder));
    if (visited.has(real)) return;
    visited.add(real);
    for (const name of (await readdir(real)).sort()) {
      if (name.startsWith('.') || (folder === '' && notRules.has(name))) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = await stat(join(directory, path));
      if (entry.isDirectory()) await walk(path, depth + 1);
      else if (entry.isFile() && /\.ya?ml$/.test(name)) found.push(path);
      if (found.length > limits.files) throw unreadable(`The bundle has more than ${limits.files} files.`);
    }
  };
  try {
    await walk('', 0);
  } catch (error) {
    throw asUnreadable(error, `Can not read the rules in ${directory}. ${whatToDo} The cause`);
  }
  return found.sort();
}

function byPath(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}

function asUnreadable(error: unknown, what: string): TocsinError {
  if (error instanceof TocsinError) return error;
  return unreadable(`${what}: ${error instanceof Error ? error.message : String(error)}.`, error);
}

function unreadable(message: string, cause?: unknown): TocsinError {
  return new TocsinError(message, { code: 'rules-unreadable', retriable: false, cause });
}
