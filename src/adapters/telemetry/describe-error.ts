import { TocsinError } from '../../app/tocsin-error.js';

const maxCauses = 4;

/** An error as a log shows it: what it says, its code and causes. Other properties stay out: nobody knows what they hold. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/** A stack is shown for defects only; a refusal that has a code of ours is explained by its message. */
export function describeError(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const expected = error instanceof TocsinError || depth > 0;
  return {
    type: error.name,
    message: error.message,
    ...(code === null ? {} : { code }),
    ...(expected || error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= maxCauses
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
