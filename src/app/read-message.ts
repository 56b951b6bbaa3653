import { isUtf8 } from 'node:buffer';
import type { IncomingAlert, JsonValue } from '../domain/alert/alert.js';
import type { UnreadMessage } from '../domain/alert/dead-letter.js';
import { createShareTexts } from '../domain/alert/share-texts.js';
import type { TopicIntake } from '../domain/rules/rule-set.js';
import { fieldsOfLine, mapDeclared } from '../domain/sources/map-declared.js';
import { sourcesOfFormat } from '../domain/sources/message-format.js';
import type { MapContext, Mapped } from '../domain/sources/source.js';
import { keepUnread } from './keep-unread.js';
import { parseJson } from './parse-json.js';
import { partsAt } from './parts-at.js';
import type { CheckBody, Clock, Problem } from './ports.js';
import { createRepeatReaders, type RepeatReaders } from './repeat-readers.js';

/** What could not be read of a message, and why. */
export type Unread = Omit<UnreadMessage, 'id' | 'source' | 'origin'>;

/** What a message came to: what is right in it is alerts, all of the rest together is one dead letter. */
export interface ReadMessage {
  readonly alerts: readonly IncomingAlert[];
  /** Parts that are no alerts and no errors. */
  readonly ignored: number;
  readonly unread: Unread | null;
}

/** Reads messages of a topic as the bundle says. Never throws for what is in one. */
export type ReadTopicMessage = (topic: TopicIntake, message: Buffer) => ReadMessage;

/** As large as a body over HTTP may be. */
export const maxMessageBytes = 4 * 1024 * 1024;

/** One JSON document, or one line, that could not be read or only in part; `rest` is what is left of it. */
type Failure = { readonly reason: Unread['reason']; readonly detail: string; readonly rest: string };

interface Part {
  readonly alerts: readonly IncomingAlert[];
  readonly ignored: number;
  readonly failure: Failure | null;
}

const nothing: Part = { alerts: [], ignored: 1, failure: null };

export function createMessageReader(world: {
  readonly check: CheckBody;
  readonly clock: Pick<Clock, 'now'>;
}): ReadTopicMessage {
  const readerOf = createRepeatReaders({ ...world, shareTexts: createShareTexts() });
  return (topic, message) => {
    if (message.length > maxMessageBytes) {
      const detail = `${message.length} bytes, at most ${maxMessageBytes} are read`;
      return lost(message, { reason: 'too-large', detail });
    }
    try {
      const repeated = readRepeats(topic, message, readerOf);
      if (repeated !== null) return { alerts: repeated, ignored: 0, unread: null };
      if (!isUtf8(message))
        return lost(message, { reason: 'not-utf8', detail: 'the bytes are not text in UTF-8' });
      const parts = readParts(topic, message, world);
      return joined(parts);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return lost(message, { reason: 'internal-error', detail });
    }
  };
}

/** What a source that repeats itself says, where nothing in the message has to be refused; else null. */
function readRepeats(
  { declared, format, source: id }: TopicIntake,
  message: Buffer,
  readerOf: RepeatReaders,
): readonly IncomingAlert[] | null {
  if (declared !== null || format !== 'json') return null;
  const source = sourcesOfFormat[format].get(id);
  return source === undefined ? null : (readerOf(source)?.read(message) ?? null);
}

function lost(message: Buffer, why: Pick<Failure, 'reason' | 'detail'>): ReadMessage {
  return { alerts: [], ignored: 0, unread: keepUnread(message, why) };
}

function joined(parts: readonly Part[]): ReadMessage {
  const failures = parts.flatMap(({ failure }) => failure ?? []);
  const [first] = failures;
  const rest = failures.map((failure) => failure.rest).join('\n');
  const more = failures.length > 1 ? `; and ${failures.length - 1} more of its lines` : '';
  return {
    alerts: parts.flatMap(({ alerts }) => alerts),
    ignored: parts.reduce((sum, { ignored }) => sum + ignored, 0),
    unread:
      first === undefined
        ? null
        : keepUnread(Buffer.from(rest), { reason: first.reason, detail: first.detail + more }),
  };
}

type World = Parameters<typeof createMessageReader>[0];

function readParts(topic: TopicIntake, message: Buffer, world: World): readonly Part[] {
  if (topic.format !== 'ndjson' && topic.format !== 'lines') return [readJson(topic, message, world)];
  const lines = message
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return [nothing];
  if (topic.format === 'lines') return lines.map((line) => readLine(topic, line, world));
  return lines.map((line) => readJson(topic, Buffer.from(line), world));
}

function readLine({ declared }: TopicIntake, line: string, { clock }: World): Part {
  const fields = declared === null ? null : fieldsOfLine(declared, line);
  if (declared === null || fields === null) return nothing;
  const mapped = mapDeclared(declared, fields, { now: clock.now(), wellFormed: true });
  return partOf(mapped, () => line);
}

function readJson(topic: TopicIntake, message: Buffer, { check, clock }: World): Part {
  const parsed = parseJson(message);
  if (parsed.kind === 'empty') return nothing;
  // That it is text is known by now.
  if (parsed.kind === 'not-utf8' || parsed.kind === 'not-json') {
    const detail = parsed.kind === 'not-json' ? parsed.detail : '';
    return failed({ reason: 'not-json', detail, rest: message.toString('utf8') });
  }
  const { value, wellFormed } = parsed;
  const context = { now: clock.now(), wellFormed };
  const mapped = mapValue(topic, value, { check, context });
  if ('problems' in mapped) {
    const rest = message.toString('utf8');
    return failed({ reason: 'invalid-body', detail: describe(mapped.problems), rest });
  }
  const whole = (): string => message.toString('utf8');
  return partOf(mapped, (pointers) => {
    const part = isDivisible(topic) ? partsAt(value as JsonValue, pointers) : value;
    return part === value ? whole() : JSON.stringify(part);
  });
}

/** Whether a list in a message can be shortened, and paths still lead to the same things in it. */
function isDivisible({ declared }: TopicIntake): boolean {
  if (declared === null) return true;
  return declared.each !== null && !declared.each.keys.some((key) => /^\d+$/.test(key));
}

function mapValue(
  { declared, format, source: id }: TopicIntake,
  value: unknown,
  { check, context }: { readonly check: CheckBody; readonly context: MapContext },
): Mapped | { readonly problems: readonly Problem[] } {
  // It was parsed from JSON.
  if (declared !== null) return mapDeclared(declared, value as JsonValue, context);
  const source = sourcesOfFormat[format].get(id);
  if (source === undefined) throw new Error(`invariant: the format ${format} has no source ${id}`);
  const problems = check(source.schema, value);
  if (problems.length > 0) return { problems };
  const mapped = source.map(value, context);
  return mapped.malformed === undefined ? mapped : { problems: mapped.malformed };
}

/** `restOf` gives what is left when only what the pointers lead to is kept. */
function partOf(
  { alerts, ignored, rejected }: Mapped,
  restOf: (pointers: readonly string[]) => string,
): Part {
  if (rejected.length === 0) return { alerts, ignored, failure: null };
  const rest = restOf(rejected.map(({ pointer }) => pointer));
  return { alerts, ignored, failure: { reason: 'invalid-alert', detail: describe(rejected), rest } };
}

function failed(failure: Failure): Part {
  return { alerts: [], ignored: 0, failure };
}

const describedProblems = 3;

function describe(problems: readonly { readonly pointer: string; readonly message: string }[]): string {
  const shown = problems.slice(0, describedProblems).map(({ pointer, message }) => {
    return pointer === '' ? message : `${pointer}: ${message}`;
  });
  const more = problems.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
