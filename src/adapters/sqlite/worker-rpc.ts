import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { TocsinError } from '../../app/tocsin-error.js';

/** Functions that a worker offers: one argument in, one value out, both of them cloned on the way. Never async. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** What a worker script opens on its first call and keeps. */
export interface Opened<C extends Calls> {
  readonly calls: C;
  /** After a failed call: true = not fit for another one, close and open again. */
  broken(): boolean;
  close(): void;
}

export interface WorkerClient<C extends Calls> {
  /** Rejects with what the call threw; a worker that dies rejects everything that waits and is started again by the next call. */
  call<K extends keyof C & string>(name: K, argument: Parameters<C[K]>[0]): Promise<ReturnType<C[K]>>;
  /** Lets the calls made so far end, then closes what the worker has open. */
  close(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface CarriedError {
  readonly message: string;
  readonly code: string;
  readonly retriable: boolean;
  readonly cause: string;
}

type Reply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: CarriedError };

const CLOSE = '\u0000close';

/** In MB. A worker keeps nothing but what it is about to write or has just read. */
const WORKER_SEMI_SPACE = 4;

/** The worker's side: answers requests one after the other. `open` gets the data that the client was made with. */
export function serveWorker<D, C extends Calls>(
  open: (data: D) => Opened<C>,
  toError: (error: unknown, data: D) => TocsinError,
): void {
  const port = parentPort;
  if (port === null) throw new Error('This file is a worker script: it is started by its client.');
  const data = workerData as D;
  let opened: Opened<C> | null = null;

  const answer = (request: Request): unknown => {
    if (request.name === CLOSE) {
      opened?.close();
      opened = null;
      return null;
    }
    opened ??= open(data);
    const call = opened.calls[request.name];
    if (call === undefined) throw new Error(`The worker has no call ${request.name}.`);
    return call(request.argument as never);
  };

  port.on('message', (request: Request) => {
    let reply: Reply;
    try {
      reply = { id: request.id, value: answer(request) };
    } catch (error) {
      reply = { id: request.id, error: carry(toError(error, data)) };
      if (opened?.broken() === true) {
        opened.close();
        opened = null;
      }
    }
    port.postMessage(reply);
    if (request.name === CLOSE) port.close();
  });
}

function carry(error: TocsinError): CarriedError {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : '';
  return { message: error.message, code: error.code, retriable: error.retriable, cause };
}

function uncarry(error: CarriedError): TocsinError {
  const cause = error.cause === '' ? {} : { cause: new Error(error.cause) };
  return new TocsinError(error.message, { code: error.code, retriable: error.retriable, ...cause });
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: TocsinError): void;
}

function listen(worker: Worker, waiting: Map<number, Waiting>, onEnd: (cause: unknown) => void): void {
  let cause: unknown = new Error('The thread ended.');
  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) call?.reject(uncarry(reply.error));
    else call?.resolve(reply.value);
  });
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', () => {
    onEnd(cause);
  });
}

/** The main thread's side. `died` words the error for calls that a dead worker left without an answer. */
export function startWorker<C extends Calls>(options: {
  readonly script: URL;
  readonly data: unknown;
  readonly died: (cause: unknown) => TocsinError;
}): WorkerClient<C> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;
  let closing: Promise<void> | null = null;

  const spawn = (): Worker => {
    // The process's own flag, made for the main thread, would hold for every heap and stand above `resourceLimits`. A heap
    // reads it as it is made: that of the main thread is.
    setFlagsFromString(`--max-semi-space-size=${WORKER_SEMI_SPACE}`);
    const started = new Worker(options.script, { workerData: options.data });
    listen(started, waiting, (cause) => {
      if (worker === started) worker = null;
      const left = [...waiting.values()];
      waiting.clear();
      for (const call of left) call.reject(options.died(cause));
    });
    return started;
  };

  const send = (name: string, argument: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker ??= spawn();
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, argument } satisfies Request);
    });

  const close = async (): Promise<void> => {
    const last = worker;
    if (last === null) return;
    const ended = once(last, 'exit');
    await send(CLOSE, null);
    await ended;
  };

  return {
    async call(name, argument) {
      if (closing !== null) throw options.died(new Error('It was closed.'));
      return (await send(name, argument)) as never;
    },
    close: () => (closing ??= close()),
  };
}
