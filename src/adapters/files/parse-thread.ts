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

export type ParseReply =
  { readonly id: number; readonly parsed: ParsedFile } | { readonly id: number; readonly error: string };

/** Parses bundles in a thread of its own: 10,000 rules take seconds, for which whoever takes alerts in can't stand still. */
export interface ParseThread {
  readonly parse: ParseAside;
  /** What is not parsed by then is refused. */
  close(): Promise<void>;
}

/** The thread is started when there is something to parse; after so long without, in ms, its memory is given back. */
const idleMs = 20_000;

export function createParseThread(): ParseThread {
  let thread: Thread | null = null;
  let idle: NodeJS.Timeout | null = null;

  const end = async (): Promise<void> => {
    if (idle !== null) clearTimeout(idle);
    const last = thread;
    thread = null;
    await last?.worker.terminate();
  };

  return {
    async parse(files) {
      if (idle !== null) clearTimeout(idle);
      if (thread?.ended !== false) thread = new Thread();
      const used = thread;
      try {
        return joinFiles(await Promise.all([...files].map(([file, text]) => used.parse(file, text))));
      } finally {
        if (thread === used && used.waiting === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    close: end,
  };
}

interface Call {
  resolve(parsed: ParsedFile): void;
  reject(error: unknown): void;
}

class Thread {
  readonly worker = new Worker(new URL('./parse-worker.js', import.meta.url));
  ended = false;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  constructor() {
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
      if ('error' in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.parsed);
    });
  }

  /** How many files it has yet to parse. */
  get waiting(): number {
    return this.#calls.size;
  }

  parse(file: string, text: string): Promise<ParsedFile> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#calls.set(id, { resolve, reject });
      this.worker.postMessage({ id, file, text } satisfies ParseRequest);
    });
  }
}

function died(cause: unknown): TocsinError {
  const message = 'The thread that parses the rules ended before it was done.';
  return new TocsinError(message, { code: 'parser-died', retriable: true, cause });
}
