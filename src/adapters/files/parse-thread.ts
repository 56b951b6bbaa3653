import { createHash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ParseAside } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import { joinFiles } from './parse-bundle.js';
import type { ParsedFile } from './parse-file.js';

/** One file for the worker; its answer has the same id. */
export interface ParseRequest {
  readonly id: number;
  readonly file: string;
  readonly text: string;
}

/** `parsed` is a ParsedFile as `v8.serialize` writes it. */
export type ParseReply =
  { readonly id: number; readonly parsed: Uint8Array } | { readonly id: number; readonly error: string };

/** Parses bundles in a thread of its own: 10,000 rules take seconds, for which whoever takes alerts in can't stand still. */
export interface ParseThread {
  readonly parse: ParseAside;
  /** What is not parsed by then is refused. */
  close(): Promise<void>;
}

/** The thread is started when there is something to parse; after so long without, in ms, its memory is given back. */
const idleMs = 20_000;

/** A file as it was parsed last, in bytes: about as many as its text has, and none of the collector's business. */
interface Remembered {
  readonly digest: string;
  readonly parsed: Promise<Uint8Array>;
}

export function createParseThread(): ParseThread {
  const threads = new ThreadKeeper();
  /** By path, of the bundle that was parsed last: most reloads change one file of many. */
  let remembered: ReadonlyMap<string, Remembered> = new Map();

  return {
    async parse(files) {
      const known = remembered;
      const all = new Map<string, Remembered>();
      for (const [file, text] of files) {
        const digest = createHash('sha256').update(text).digest('base64');
        const same = known.get(file);
        const parsed = same?.digest === digest ? same.parsed : threads.parse(file, text);
        all.set(file, { digest, parsed });
      }
      const bytes = await Promise.all([...all.values()].map(({ parsed }) => parsed));
      remembered = all;
      const parsed: ParsedFile[] = [];
      for (const each of bytes) {
        parsed.push(deserialize(each) as ParsedFile);
        await letOthersRun();
      }
      return joinFiles(parsed);
    },
    close: () => threads.end(),
  };
}

/** Has a thread as long as there is something to parse, and a little longer. */
class ThreadKeeper {
  #thread: Thread | null = null;
  #idle: NodeJS.Timeout | null = null;

  async parse(file: string, text: string): Promise<Uint8Array> {
    this.#stay();
    if (this.#thread?.ended !== false) this.#thread = new Thread();
    const used = this.#thread;
    try {
      return await used.parse(file, text);
    } finally {
      this.#stay();
      if (this.#thread === used && used.waiting === 0)
        this.#idle = setTimeout(() => void this.end(), idleMs).unref();
    }
  }

  #stay(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
  }

  async end(): Promise<void> {
    this.#stay();
    const last = this.#thread;
    this.#thread = null;
    await last?.worker.terminate();
  }
}

interface Call {
  resolve(parsed: Uint8Array): void;
  reject(error: unknown): void;
}

class Thread {
  readonly worker = new Worker(new URL('./parse-worker.js', import.meta.url));
  ended = false;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  constructor() {
    // A process that has nothing else to do ends, whether or not somebody closes the thread.
    this.worker.unref();
    let cause: unknown = new Error('The thread ended.');
    this.worker.on('error', (error) => {
      cause = error;
    });
    this.worker.on('exit', () => {
      this.ended = true;
      for (const call of this.#calls.values()) call.reject(died(cause));
      this.#calls.clear();
    });
    this.worker.on('message', (reply: ParseReply) => {
      const call = this.#calls.get(reply.id);
      this.#calls.delete(reply.id);
      if (this.#calls.size === 0) this.worker.unref();
      if ('error' in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.parsed);
    });
  }

  /** How many files it has yet to parse. */
  get waiting(): number {
    return this.#calls.size;
  }

  parse(file: string, text: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#calls.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, file, text } satisfies ParseRequest);
    });
  }
}

function died(cause: unknown): TocsinError {
  const message = 'The thread that parses the rules ended before it was done.';
  return new TocsinError(message, { code: 'parser-died', retriable: true, cause });
}
