import type { ChangeFeed } from '../../app/change-feed.js';
import { cursorOf } from '../../app/change-feed.js';
import type { ChangeKind, ChangeNotice } from '../../app/change-notice.js';
import type { Clock } from '../../app/ports.js';
import type { Emit } from '../../app/telemetry-events.js';
import { presentBegin, presentChanges } from './present-changes.js';
import { problem, type Answer, type StreamOut } from './route.js';
import { noStream } from './status-of.js';

export interface StreamLimits {
  readonly clients: number;
  /** Bytes that may wait for one client before it is taken for too slow and cut off. */
  readonly waitingBytes: number;
  /** Silence is broken after this long, so that nobody in between takes the connection for dead. */
  readonly heartbeatMs: number;
}

const defaultLimits: StreamLimits = { clients: 256, waitingBytes: 1024 * 1024, heartbeatMs: 15_000 };

/** Everybody who watches the changes. */
export interface ChangeStreams {
  /** The stream as an answer, or why there is none. `after` is the id seen last. */
  open(asked: { readonly after: string | null; readonly kinds: readonly ChangeKind[] }): Answer;
  /** Ends all streams and opens none any more. */
  close(): void;
}

interface Client {
  readonly out: StreamOut;
  readonly kinds: readonly ChangeKind[];
  readonly beganAt: number;
  /** Hash of the rules it knows to be in force. */
  rules: string | null;
  why: 'left' | 'slow' | 'stopping';
}

interface ChangeStreamsDependencies {
  readonly changes: Pick<ChangeFeed, 'follow' | 'cursor'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly limits?: Partial<StreamLimits>;
}

export function createChangeStreams(dependencies: ChangeStreamsDependencies): ChangeStreams {
  return new ClientRegister(dependencies);
}

class ClientRegister implements ChangeStreams {
  readonly #changes: ChangeStreamsDependencies['changes'];
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #limits: StreamLimits;
  readonly #clients = new Set<Client>();
  readonly #present = createPresenter();
  #cancelBeat: (() => void) | null = null;
  #closed = false;

  constructor({ changes, clock, emit, limits }: ChangeStreamsDependencies) {
    this.#changes = changes;
    this.#clock = clock;
    this.#emit = emit;
    this.#limits = { ...defaultLimits, ...limits };
  }

  open(asked: { readonly after: string | null; readonly kinds: readonly ChangeKind[] }): Answer {
    const { clients } = this.#limits;
    if (this.#closed) return problem(noStream('The service is stopping.'));
    if (this.#clients.size >= clients) return problem(noStream(`There are ${clients} streams already.`));
    return { kind: 'stream', begin: (out) => this.#begin({ out, ...asked }) };
  }

  close(): void {
    this.#closed = true;
    this.#cancelBeat?.();
    for (const client of this.#clients) {
      client.why = 'stopping';
      client.out.end();
    }
  }

  #begin({
    out,
    after,
    kinds,
  }: {
    out: StreamOut;
    after: string | null;
    kinds: Client['kinds'];
  }): () => void {
    if (this.#closed) out.end();
    const client: Client = { out, kinds, beganAt: this.#clock.now(), rules: null, why: 'left' };
    const begun = this.#changes.follow(after, (notice) => {
      this.#tell(client, notice);
    });
    client.rules = begun.rules;
    this.#clients.add(client);
    const missed = begun.missed.flatMap((notice) => this.#present(notice, kinds, true) ?? []);
    const bytes = missed.reduce((sum, { length }) => sum + length, 0);
    // What would fill the client's buffer at once is told faster by a read of the lists.
    const kind = bytes > this.#limits.waitingBytes / 2 ? 'reset' : begun.kind;
    if (kind === 'resumed') for (const one of missed) this.#write(client, one);
    this.#write(client, presentBegin({ ...begun, kind }));
    this.#cancelBeat ??= this.#beatLater();
    return () => {
      begun.stop();
      this.#clients.delete(client);
      const durationMs = this.#clock.now() - client.beganAt;
      this.#emit({ kind: 'stream-closed', reason: client.why, durationMs });
    };
  }

  #tell(client: Client, notice: ChangeNotice): void {
    const bytes = this.#present(notice, client.kinds, notice.rules !== client.rules);
    client.rules = notice.rules;
    if (bytes !== null) this.#write(client, bytes);
  }

  #write(client: Client, bytes: Uint8Array): void {
    client.out.write(bytes);
    if (client.out.waiting() <= this.#limits.waitingBytes) return;
    client.why = 'slow';
    client.out.cut();
  }

  #beatLater(): () => void {
    return this.#clock.after(this.#limits.heartbeatMs, () => {
      const bytes = Buffer.from(`: alive\nid: ${this.#changes.cursor()}\n\n`);
      for (const client of this.#clients) this.#write(client, bytes);
      this.#cancelBeat = this.#clients.size === 0 ? null : this.#beatLater();
    });
  }
}

/** Makes the bytes of a notice once for all who want the same kinds of it; null where there is nothing of them. */
function createPresenter() {
  const made = new WeakMap<ChangeNotice, Map<string, Buffer>>();
  return (notice: ChangeNotice, kinds: readonly ChangeKind[], rulesChanged: boolean): Buffer | null => {
    const wanted = kinds.some((kind) => notice[kind].length + notice.omitted[kind] > 0);
    if (!wanted && !rulesChanged) return null;
    const variants = made.get(notice) ?? new Map<string, Buffer>();
    made.set(notice, variants);
    const key = kinds.join();
    const bytes = variants.get(key) ?? presentChanges(notice, { kinds, cursor: cursorOf(notice) });
    variants.set(key, bytes);
    return bytes;
  };
}
