/** Base of what can fail outside the domain. `retriable`: the same call may succeed later without anybody changing anything. */
export class TocsinError extends Error {
  override readonly name: string = 'TocsinError';
  readonly code: string;
  readonly retriable: boolean;

  constructor(message: string, options: { code: string; retriable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retriable = options.retriable;
  }
}
