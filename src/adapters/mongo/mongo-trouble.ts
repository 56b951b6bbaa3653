import {
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkTimeoutError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { TocsinError } from '../../app/tocsin-error.js';

/** What is wrong, as far as it matters for what to do. */
export type MongoTrouble =
  'credentials' | 'rights' | 'too-old' | 'tls' | 'address' | 'unreachable' | 'silent' | 'other';

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;

const advice: Readonly<Partial<Record<MongoTrouble, string>>> = {
  credentials:
    'MongoDB refuses the credentials, or asks for some: check user, password and authSource in TOCSIN_MONGODB_URL',
  rights: 'MongoDB does not allow it: give the user the rights that docs/mongodb.md lists',
  'too-old': 'this MongoDB is too old: Tocsin needs version 5.0 or newer',
  tls: 'the TLS handshake failed: check the tls options in TOCSIN_MONGODB_URL and the authority of the certificate',
  address: 'TOCSIN_MONGODB_URL can’t be read: expected mongodb://host:port/?options or mongodb+srv://host/',
  unreachable: 'no server to write to: check TOCSIN_MONGODB_URL, and that MongoDB runs and has a primary',
  silent: 'MongoDB does not answer in time',
};

/** Troubles that people must end. */
const lasting: ReadonlySet<MongoTrouble> = new Set(['credentials', 'rights', 'too-old', 'tls', 'address']);

export function troubleOf(error: unknown): MongoTrouble {
  const text = textOf(error);
  if (/wire version/i.test(text)) return 'too-old';
  if (
    codeOf(error) === AUTHENTICATION_FAILED ||
    /(?:requires authentication|authentication failed)|SCRAM|auth mechanism|saslStart/i.test(text)
  ) {
    return 'credentials';
  }
  if (codeOf(error) === UNAUTHORIZED || /not authorized/i.test(text)) return 'rights';
  if (/CERT|SELF_SIGNED|self-signed|ERR_TLS|ERR_SSL|EPROTO|certificate/i.test(text)) return 'tls';
  if (error instanceof MongoParseError) return 'address';
  if (error instanceof MongoNetworkTimeoutError) return 'silent';
  if (error instanceof MongoServerSelectionError) return 'unreachable';
  return 'other';
}

/** While the service runs everything may pass: servers come back and rights are given. An error of ours goes through as it is. */
export function storeUnavailable(doing: string, cause: unknown): unknown {
  if (!(cause instanceof MongoError) || cause instanceof MongoInvalidArgumentError) return cause;
  return new TocsinError(`${doing}: ${wordsOf(cause)}.`, {
    code: 'store-unavailable',
    retriable: true,
    cause,
  });
}

/** At the start a lasting trouble is a refusal: `store-refused`. */
export function refusedAtStart(doing: string, cause: unknown): unknown {
  const isRefusal = lasting.has(troubleOf(cause)) && !(cause instanceof TocsinError);
  if (!isRefusal) return storeUnavailable(doing, cause);
  return new TocsinError(`${doing}: ${wordsOf(cause)}.`, { code: 'store-refused', retriable: false, cause });
}

/** What went wrong and what to do, without a full stop. */
export function wordsOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  const what = advice[troubleOf(error)];
  return what === undefined ? message : `${what} (${message})`;
}

function codeOf(error: unknown): number | undefined {
  const code = error instanceof MongoServerError ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** The messages of the error and of what it was caused by; of servers that can't be selected also theirs. */
function textOf(error: unknown): string {
  const texts: string[] = [];
  let told = error;
  for (let depth = 0; depth < 5 && told instanceof Error; depth += 1) {
    const { code } = told as { code?: unknown };
    texts.push(told.message);
    if (typeof code === 'string' || typeof code === 'number') texts.push(String(code));
    told = told.cause;
  }
  return texts.join(' ');
}
