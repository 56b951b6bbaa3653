import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TocsinError } from '../../app/tocsin-error.js';

/** Sizes are bytes. */
export interface BundleLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly depth: number;
}

export const defaultLimits: BundleLimits = {
  files: 2_000,
  fileBytes: 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  depth: 8,
};

export const whatToDo =
  'Name the folder that holds the bundle: TOCSIN_RULES_DIR, or the argument of tocsin lint.';

/** Folders at the top of a bundle that hold something else than rules. */
const notRules = new Set(['tests']);

/** Folder at the top of a bundle for tables; elsewhere CSV files are left alone. */
export const tablesFolder = 'tables';

export interface FoundFiles {
  /** Of the YAML files and tables, below the folder, sorted. */
  readonly paths: readonly string[];
  /** Real paths of every folder in which a change could change the bundle, those of what links lead to included. */
  readonly folders: readonly string[];
}

/**
 * The YAML files and tables below a folder. Links are followed, each real folder once, so loops end; names that begin with a dot are
 * left out, which also skips the hidden copies behind a mounted Kubernetes ConfigMap. Refuses with `rules-unreadable`.
 */
export async function findBundleFiles(
  directory: string,
  limits: Pick<BundleLimits, 'files' | 'depth'> = defaultLimits,
): Promise<FoundFiles> {
  const paths: string[] = [];
  const visited = new Set<string>();
  const linked = new Set<string>();
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > limits.depth) throw unreadable(`${folder} lies more than ${limits.depth} folders deep.`);
    const real = await realpath(join(directory, folder));
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of (await readdir(real, { withFileTypes: true })).sort(byName)) {
      const { name } = entry;
      if (name.startsWith('.') || (folder === '' && notRules.has(name))) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const target = await stat(join(directory, path));
      if (target.isDirectory()) await walk(path, depth + 1);
      else if (target.isFile() && isOfBundle(path)) {
        paths.push(path);
        if (entry.isSymbolicLink()) linked.add(dirname(await realpath(join(directory, path))));
      }
      if (paths.length > limits.files) throw unreadable(`The bundle has more than ${limits.files} files.`);
    }
  };
  try {
    await walk('', 0);
  } catch (error) {
    throw asUnreadable(error, `Can not read the rules in ${directory}. ${whatToDo} The cause`);
  }
  return { paths: paths.sort(), folders: [...new Set([...visited, ...linked])] };
}

function isOfBundle(path: string): boolean {
  return path.startsWith(`${tablesFolder}/`) ? path.endsWith('.csv') : /\.ya?ml$/.test(path);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

export function asUnreadable(error: unknown, what: string): TocsinError {
  if (error instanceof TocsinError) return error;
  return unreadable(`${what}: ${error instanceof Error ? error.message : String(error)}.`, error);
}

export function unreadable(message: string, cause?: unknown): TocsinError {
  return new TocsinError(message, { code: 'rules-unreadable', retriable: false, cause });
}
