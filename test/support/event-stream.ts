/** One server-sent event as a browser would see it. */
export interface SentEvent {
  readonly id: string;
  readonly event: string;
  /** Parsed JSON. */
  readonly data: Record<string, unknown>;
}

export interface EventStream {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; null once the server has ended the stream. Rejects where it was cut off, or after the timeout. */
  next(timeoutMs?: number): Promise<SentEvent | null>;
  /** Last-Event-ID as the browser would send it now: of events, and of heartbeats. */
  lastId(): string;
  /** All text received. */
  text(): string;
  close(): void;
}

/** Opens a stream of server-sent events and reads it as the standard says. */
export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  let unread = '';
  let id = headers['Last-Event-ID'] ?? '';

  function take(): SentEvent | null {
    for (;;) {
      const end = unread.indexOf('\n\n');
      if (end < 0) return null;
      const lines = unread.slice(0, end).split('\n');
      unread = unread.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.findLast((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      id = field('id') ?? id;
      const data = field('data');
      if (data !== undefined)
        return { id, event: field('event') ?? 'message', data: JSON.parse(data) as Record<string, unknown> };
    }
  }

  async function next(): Promise<SentEvent | null> {
    for (let event = take(); ; event = take()) {
      if (event !== null) return event;
      const { done, value } = await reader.read();
      if (done) return null;
      received += value;
      unread += value;
    }
  }

  return {
    status: response.status,
    headers: response.headers,
    next: (timeoutMs = 5_000) => {
      let timer: NodeJS.Timeout;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`No event within ${timeoutMs} ms. So far:\n${received}`));
        }, timeoutMs);
      });
      return Promise.race([next(), late]).finally(() => {
        clearTimeout(timer);
      });
    },
    lastId: () => id,
    text: () => received,
    close: () => {
      abort.abort();
      reader.cancel().catch(() => undefined);
    },
  };
}
