import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { BundleWatch, WatchBundle } from '../../app/ports.js';
import { findBundleFiles } from './find-bundle-files.js';

/** Folders are mapped anew at most this often, in ms. */
const mapEveryMs = 100;

/**
 * Watches each folder of a bundle on its own and maps them anew as they come and go: what Node does for `recursive` watches
 * single files, and loses those that an editor replaces. Where the system tells nothing (a network file system, no watches
 * left) there are no hints.
 */
export function createBundleWatcher(directory: string): WatchBundle {
  return (on) => new FolderWatch(directory, on);
}

interface Target {
  readonly path: string;
  /** Only what happens to this name in it matters; null: everything does. */
  readonly only: string | null;
}

interface Watched extends Target {
  readonly watcher: FSWatcher;
  /** Device and inode: a folder made anew under its old name is another one. */
  readonly identity: string;
}

class FolderWatch implements BundleWatch {
  readonly #directory: string;
  readonly #on: Parameters<WatchBundle>[0];
  /** The folder above: the bundle's own may be a link or a folder that is replaced as a whole. */
  readonly #above: Target;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | null = null;
  #mapping = false;
  #mapAgain = false;
  #failed = false;
  #closed = false;

  constructor(directory: string, on: Parameters<WatchBundle>[0]) {
    this.#directory = directory;
    this.#on = on;
    this.#above = { path: dirname(directory), only: basename(directory) };
    void this.#map();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const key of this.#watched.keys()) this.#drop(key);
  }

  async #map(): Promise<void> {
    this.#mapping = true;
    // A bundle that can't be read now is somebody else's to tell; what was watched goes on being watched.
    const found = await findBundleFiles(this.#directory).catch(() => null);
    this.#mapping = false;
    if (this.#closed) return;
    const inside = found?.folders.map((path): Target => ({ path, only: null }));
    const targets = [this.#above, ...(inside ?? this.#watched.values())];
    const wanted = new Map(targets.map(({ path, only }) => [keyOf({ path, only }), { path, only }]));
    for (const key of this.#watched.keys()) if (!wanted.has(key)) this.#drop(key);
    const opened = [...wanted.values()].filter((target) => this.#follow(target));
    // What came before the watch brought no event.
    if (opened.length > 0) this.#on.hint();
    if (this.#mapAgain) this.#mapSoon();
  }

  #mapSoon(): void {
    this.#mapAgain = this.#mapping;
    if (this.#mapping || this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#map();
    }, mapEveryMs).unref();
  }

  /** True where a folder is watched that was not before. */
  #follow(target: Target): boolean {
    const key = keyOf(target);
    try {
      const identity = identityOf(target.path);
      if (this.#watched.get(key)?.identity === identity) return false;
      this.#drop(key);
      if (identity === undefined) return false;
      this.#watched.set(key, { ...target, identity, watcher: this.#open(target) });
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #open(target: Target): FSWatcher {
    const { path, only } = target;
    const watcher = watch(path, { persistent: false }, (event, name) => {
      if (only !== null && name !== only) return;
      this.#on.hint();
      if (event !== 'rename') return;
      // Said so of the folder itself, which is gone: another one under its name may even have its inode.
      if (name === basename(path)) this.#drop(keyOf(target));
      this.#mapSoon();
    });
    watcher.on('error', (error) => {
      this.#drop(keyOf(target));
      this.#fail(error);
      this.#mapSoon();
    });
    return watcher;
  }

  #drop(key: string): void {
    this.#watched.get(key)?.watcher.close();
    this.#watched.delete(key);
  }

  /** Told once: where one watch is refused, so will be the next. */
  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#on.failure(error);
  }
}

function keyOf({ path, only }: Target): string {
  return only === null ? path : `${only} in ${path}`;
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}
