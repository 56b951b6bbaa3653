import type { Clock } from '../../app/ports.js';
import { pause } from '../../app/pause.js';
import type { SeenPosition } from '../../app/seen-position.js';
import type { TopicMessage } from '../../app/take-messages.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { StartPosition } from './start-position.js';

/** What a reader may do to the consumer, for its own partition. */
export interface PartitionControl {
  pause(): void;
  /** Fetching goes on with this offset. */
  resume(offset: number): void;
}

export interface PartitionReaderOptions {
  readonly start: StartPosition;
  readonly control: PartitionControl;
  readonly clock: Clock;
  /** Resolves when the messages are durable in the log. */
  readonly take: (incarnation: number, messages: readonly TopicMessage[]) => Promise<void>;
  /** All before this position is durable in the log. */
  readonly onTaken: (position: SeenPosition) => void;
  /** Offsets went back, or the last message is another one: this is another topic of the same name. */
  readonly onMadeAnew: (incarnation: number) => void;
  /** A failure that no other try will heal, and which is not the log's. */
  readonly onDefect: (error: unknown) => void;
}

interface Waiting {
  readonly incarnation: number;
  readonly message: TopicMessage;
  readonly bytes: number;
}

/** Messages of one append: each waits for the disk or a broker, so that they should be many, but a record must stay small. */
const runMessages = 4_000;
const runBytes = 1024 * 1024;
/** So much of a partition may wait here before it is paused, and so little before it goes on. */
const pauseBytes = 4 * 1024 * 1024;
const resumeBytes = 2 * 1024 * 1024;
const retryMs = 1_000;

/**
 * One partition of a topic: what was fetched of it waits here for the log, in order, one append after the other. While the log
 * takes nothing, or is slow, the partition is paused: nothing is dropped, and no other partition waits for it.
 */
export class PartitionReader {
  readonly #options: PartitionReaderOptions;
  readonly #stopping = new AbortController();
  #position: SeenPosition;
  /** What was fetched last, and what comes after it. */
  #fetched: SeenPosition;
  /** The message that comes first must be this one. */
  #verify: StartPosition['verify'];
  #queue: Waiting[] = [];
  #bytes = 0;
  #paused = false;
  #working: Promise<void> | null = null;

  constructor(options: PartitionReaderOptions) {
    const { position, seek, verify } = options.start;
    this.#options = options;
    this.#position = position;
    this.#fetched = { ...position, next: Math.max(position.next, seek) };
    this.#verify = verify;
  }

  /** Everything before it is durable in the log. */
  position(): SeenPosition {
    return this.#position;
  }

  /** What was fetched, in the order of offsets. */
  offer(messages: readonly TopicMessage[]): void {
    const first = messages[0];
    if (first === undefined || this.#paused || this.#stopping.signal.aborted) return;
    const verify = this.#verify;
    this.#verify = null;
    if (this.#isOfAnotherTopic(first, verify)) {
      this.#fetched = { incarnation: this.#fetched.incarnation + 1, next: 0, at: null };
      this.#options.onMadeAnew(this.#fetched.incarnation);
      // It came where the last message of the topic before was looked for: what is before it was not looked at.
      if (verify !== null) {
        this.#options.control.resume(0);
        return;
      }
    }
    this.#enqueue(verify?.offset === first.offset ? messages.slice(1) : messages);
  }

  /** What waits here is left to whoever reads the partition next; resolves when no append is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  #isOfAnotherTopic(first: TopicMessage, verify: StartPosition['verify']): boolean {
    if (verify === null) return first.offset < this.#fetched.next;
    return first.offset < verify.offset || (first.offset === verify.offset && first.at !== verify.at);
  }

  #enqueue(messages: readonly TopicMessage[]): void {
    const { incarnation } = this.#fetched;
    for (const message of messages) {
      // A message without a text takes memory too.
      const bytes = 64 + (message.value?.length ?? 0);
      this.#queue.push({ incarnation, message, bytes });
      this.#bytes += bytes;
    }
    const last = messages.at(-1);
    if (last !== undefined) this.#fetched = { incarnation, next: last.offset + 1, at: last.at };
    if (this.#bytes > pauseBytes) this.#pause();
    this.#work();
  }

  #work(): void {
    if (this.#queue.length > 0) this.#working ??= this.#takeAll();
  }

  async #takeAll(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (this.#queue.length > 0 && !signal.aborted) {
      try {
        await this.#take(this.#nextRun());
        if (this.#paused && this.#bytes < resumeBytes) this.#resume();
      } catch (error) {
        this.#pause();
        if (!(error instanceof TocsinError) || !error.retriable) {
          this.#options.onDefect(error);
          break;
        }
        await pause(retryMs, { clock, signal });
      }
    }
    // At once: what is offered from here on finds nobody at work.
    this.#working = null;
  }

  /** The oldest messages of one incarnation, as many as one append may hold; at least one. */
  #nextRun(): readonly Waiting[] {
    const incarnation = this.#queue[0]?.incarnation;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (waiting.incarnation !== incarnation || count >= runMessages) break;
      if (count > 0 && bytes > runBytes) break;
      count += 1;
    }
    return this.#queue.slice(0, count);
  }

  async #take(run: readonly Waiting[]): Promise<void> {
    const last = run.at(-1);
    if (last === undefined) return;
    const { incarnation, message } = last;
    await this.#options.take(
      incarnation,
      run.map((waiting) => waiting.message),
    );
    this.#position = { incarnation, next: message.offset + 1, at: message.at };
    this.#queue.splice(0, run.length);
    this.#bytes -= run.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#options.onTaken(this.#position);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#options.control.pause();
  }

  /** The topic may have been made anew meanwhile: its last message is looked at again. */
  #resume(): void {
    const { next, at } = this.#fetched;
    this.#paused = false;
    this.#verify = at === null || next === 0 ? null : { offset: next - 1, at };
    this.#options.control.resume(this.#verify?.offset ?? next);
  }
}
