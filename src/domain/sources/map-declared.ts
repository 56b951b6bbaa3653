import type { IncomingAlert, JsonObject, JsonValue, Labels } from '../alert/alert.js';
import { fingerprint } from '../alert/fingerprint.js';
import type { DeclaredSource, DeclaredText, DeclaredTime } from './declared-source.js';
import { isWellFormed, pairsProblem } from './label-pairs.js';
import { valueAt, type MessageItem, type MessagePath } from './message-path.js';
import { notATime, parseRfc3339 } from './rfc3339.js';
import { severityOf } from './severity.js';
import type { MapContext, Mapped, Rejection } from './source.js';
import { titleOf } from './title.js';

/** Instants before and after this many ms from 1970 are none: JavaScript's own limit. */
const farthest = 8.64e15;
/** As the native format has it. */
const longestText = 1024;

/** What is wrong with one alert; thrown only inside this file, so that each field can be read in one expression. */
class Unfit extends Error {
  constructor(
    readonly pointer: string,
    message: string,
  ) {
    super(message);
  }
}

/** Maps a message as the bundle declares it. Pointers of rejections name the list's item, and the place in it as far as it is known. */
export function mapDeclared(source: DeclaredSource, message: JsonValue, context: MapContext): Mapped {
  if (!isWanted(source, { item: message, message })) return { alerts: [], rejected: [], ignored: 1 };
  if (source.each === null) return mapItems(source, [{ item: message, message }], { context, list: '' });
  const list = valueAt(source.each, { item: message, message });
  const pointer = pointerTo(source.each);
  if (!Array.isArray(list))
    return { alerts: [], rejected: [{ pointer, message: 'must be a list' }], ignored: 0 };
  const items = (list as readonly JsonValue[]).map((item) => ({ item, message }));
  return mapItems(source, items, { context, list: pointer });
}

function mapItems(
  source: DeclaredSource,
  items: readonly MessageItem[],
  { context, list }: { readonly context: MapContext; readonly list: string },
): Mapped {
  const alerts: IncomingAlert[] = [];
  const rejected: Rejection[] = [];
  for (const [index, item] of items.entries()) {
    try {
      alerts.push(mapItem(source, item, context));
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      const inside = source.each === null ? '' : `${list}/${index}`;
      rejected.push({ pointer: `${inside}${error.pointer}`, message: error.message });
    }
  }
  return { alerts, rejected, ignored: 0 };
}

function isWanted({ only }: DeclaredSource, from: MessageItem): boolean {
  if (only === null) return true;
  const value = valueAt(only.from, from);
  return value !== undefined && typeof value !== 'object' && only.values.has(String(value));
}

function mapItem(source: DeclaredSource, from: MessageItem, context: MapContext): IncomingAlert {
  const labels = readPairs(source.labels, from);
  const annotations = readPairs(source.annotations, from);
  const problem = pairsProblem(labels, annotations, context.wellFormed);
  if (problem !== null) throw new Unfit(problem.pointer, problem.message);
  const startsAt = readTime(source.startsAt, from);
  const endsAt = readTime(source.endsAt, from);
  if (startsAt !== undefined && endsAt !== undefined && startsAt > endsAt)
    throw new Unfit('', 'start time must be before end time');
  const values = readValues(source.values, from);
  const start = startsAt ?? endsAt;
  return {
    source: source.id,
    fingerprint: fingerprint(labels),
    severity: readSeverity(source, from),
    title: readShort(source.title, from) ?? titleOf(labels, annotations),
    labels,
    annotations,
    ...(values === undefined ? undefined : { values }),
    ...readNames(source, from),
    ...(start === undefined ? undefined : { startsAt: start }),
    ...(endsAt === undefined ? undefined : { endsAt }),
    ...(isResolved(source, from) ? { resolved: true } : undefined),
  };
}

function readNames(
  source: DeclaredSource,
  from: MessageItem,
): Pick<IncomingAlert, 'env' | 'service' | 'category'> {
  const names = (['env', 'service', 'category'] as const).map((name) => [
    name,
    readShort(source[name], from),
  ]);
  return Object.fromEntries(names.filter(([, text]) => text !== undefined)) as Record<string, string>;
}

/** Without those that are empty: an empty label is an absent one. */
function readPairs(declared: ReadonlyMap<string, DeclaredText>, from: MessageItem): Labels {
  const pairs: [string, string][] = [];
  for (const [name, text] of declared) {
    const value = readText(text, from);
    if (value !== undefined && value !== '') pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}

function readText(declared: DeclaredText | null, from: MessageItem): string | undefined {
  if (declared === null) return undefined;
  if ('value' in declared) return declared.value;
  const value = valueAt(declared.from, from);
  if (value === undefined) return declared.byDefault ?? undefined;
  if (typeof value === 'object')
    throw new Unfit(pointerTo(declared.from), 'must be text or a number, is a list or a map');
  return String(value);
}

/** One line, cut to the length that titles and names may have. */
function readShort(declared: DeclaredText | null, from: MessageItem): string | undefined {
  const text = readText(declared, from)?.trim();
  if (text === undefined || text === '') return undefined;
  if (!isWellFormed(text))
    throw new Unfit('', 'a text must be valid Unicode, it holds half a surrogate pair');
  return cutText(text);
}

/** Never within a surrogate pair. */
function cutText(text: string): string {
  if (text.length <= longestText) return text;
  const short = text.slice(0, longestText);
  return isWellFormed(short) ? short : short.slice(0, -1);
}

function readSeverity({ severity }: DeclaredSource, from: MessageItem): IncomingAlert['severity'] {
  if (severity === null) return severityOf(undefined);
  const word = readText(severity.text, from);
  const own = word === undefined ? undefined : severity.words.get(word.trim().toLowerCase());
  return own ?? severityOf(word);
}

function isResolved({ resolved }: DeclaredSource, from: MessageItem): boolean {
  if (resolved === null) return false;
  const word = valueAt(resolved.from, from);
  return (
    word !== undefined && typeof word !== 'object' && resolved.words.has(String(word).trim().toLowerCase())
  );
}

function readTime(declared: DeclaredTime | null, from: MessageItem): number | undefined {
  if (declared === null) return undefined;
  const value = valueAt(declared.from, from);
  if (value === undefined || value === '') return undefined;
  const at = declared.unit === 'rfc3339' ? parseTime(value) : scaled(value, declared.unit);
  if (at !== null) return at;
  const wanted =
    declared.unit === 'rfc3339' ? notATime(shown(value)) : `must be a number of ${declared.unit} since 1970`;
  throw new Unfit(pointerTo(declared.from), wanted);
}

function parseTime(value: JsonValue): number | null {
  return typeof value === 'string' ? parseRfc3339(value) : null;
}

function scaled(value: JsonValue, unit: 's' | 'ms'): number | null {
  const number = toNumber(value);
  if (number === null) return null;
  const at = Math.trunc(unit === 's' ? number * 1000 : number);
  return Math.abs(at) <= farthest ? at : null;
}

function readValues(
  declared: ReadonlyMap<string, MessagePath>,
  from: MessageItem,
): Readonly<Record<string, number>> | undefined {
  const values: [string, number][] = [];
  for (const [name, path] of declared) {
    const value = valueAt(path, from);
    if (value === undefined || value === '') continue;
    const number = toNumber(value);
    if (number === null) throw new Unfit(pointerTo(path), 'must be a number');
    values.push([name, number]);
  }
  return values.length === 0 ? undefined : Object.fromEntries(values);
}

function toNumber(value: JsonValue): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pointerTo({ keys }: MessagePath): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The fields of a line: `line` itself and the named groups of the pattern. Null: the pattern does not take it. */
export function fieldsOfLine(source: DeclaredSource, line: string): JsonObject | null {
  if (source.pattern === null) return { line };
  const matcher = source.pattern.matcher(line);
  if (!matcher.matches()) return null;
  const groups = Object.keys(source.pattern.namedGroups()).map((name) => [name, matcher.group(name)]);
  return { line, ...(Object.fromEntries(groups) as Record<string, string | null>) };
}
