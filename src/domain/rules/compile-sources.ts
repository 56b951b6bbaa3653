import { compileRegex } from '../alert/compile-regex.js';
import type { Severity } from '../alert/alert.js';
import type { DeclaredSource, DeclaredText, DeclaredTime, TimeUnit } from '../sources/declared-source.js';
import { parseMessagePath, type MessagePath } from '../sources/message-path.js';
import { alertSources } from '../sources/registry.js';
import { checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { patternHints } from './compile-pattern.js';

type RawText = string | { readonly from: string; readonly default?: string } | { readonly value: string };

interface RawTime {
  readonly from: string;
  readonly unit?: TimeUnit;
}

interface RawAlert {
  readonly labels: Readonly<Record<string, RawText>>;
  readonly annotations?: Readonly<Record<string, RawText>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly title?: RawText;
  readonly env?: RawText;
  readonly service?: RawText;
  readonly category?: RawText;
  readonly severity?: {
    readonly from: string;
    readonly default?: string;
    readonly words?: Readonly<Record<string, Severity>>;
  };
  readonly status?: { readonly from: string; readonly resolved: readonly string[] };
  readonly startsAt?: RawTime;
  readonly endsAt?: RawTime;
}

interface RawSource {
  readonly id: string;
  readonly pattern?: string;
  readonly only?: { readonly from: string; readonly values: readonly string[] };
  readonly each?: string;
  readonly alert: RawAlert;
}

/** A declared source with its place, for findings of what refers to it, or of what does not. */
export interface PlacedSource {
  readonly source: DeclaredSource;
  readonly spot: BundleSpot;
}

const nowhere: MessagePath = { whole: false, keys: [] };
const builtIn: ReadonlySet<string> = new Set([...alertSources.map(({ id }) => id), 'person']);

/** `kind: Source`: formats of senders that Tocsin does not know itself. */
export function compileSources(
  documents: readonly Entry<unknown>[],
  { regexLength }: { readonly regexLength: number },
): ReadonlyMap<string, PlacedSource> {
  const entries = entriesOf<RawSource>(documents, 'sources');
  checkUniqueIds('source', entries);
  for (const { raw, spot } of entries) {
    if (!builtIn.has(raw.id)) continue;
    spot.at('id').report({
      code: 'duplicate-id',
      message: `"${raw.id}" is a source that Tocsin knows itself`,
      hint: 'Give this one another id',
    });
  }
  return new Map(
    entries.map(({ raw, spot }) => [raw.id, { source: compileSource(raw, spot, regexLength), spot }]),
  );
}

function compileSource(raw: RawSource, spot: BundleSpot, regexLength: number): DeclaredSource {
  const { alert } = raw;
  const at = spot.at('alert');
  const text = (key: 'title' | 'env' | 'service' | 'category'): DeclaredText | null =>
    alert[key] === undefined ? null : compileText(alert[key], at.at(key));
  const time = (key: 'startsAt' | 'endsAt'): DeclaredTime | null =>
    alert[key] === undefined
      ? null
      : { from: compilePath(alert[key].from, at.at(key, 'from')), unit: alert[key].unit ?? 'rfc3339' };
  return {
    id: raw.id,
    pattern: compileLinePattern(raw.pattern, spot.at('pattern'), regexLength),
    only:
      raw.only === undefined
        ? null
        : { from: compilePath(raw.only.from, spot.at('only', 'from')), values: new Set(raw.only.values) },
    each: raw.each === undefined ? null : compilePath(raw.each, spot.at('each')),
    labels: compileTexts(alert.labels, at.at('labels')),
    annotations: compileTexts(alert.annotations ?? {}, at.at('annotations')),
    values: new Map(
      Object.entries(alert.values ?? {}).map(([name, path]) => [
        name,
        compilePath(path, at.at('values', name)),
      ]),
    ),
    title: text('title'),
    env: text('env'),
    service: text('service'),
    category: text('category'),
    severity: compileSeverity(alert, at),
    resolved: compileStatus(alert, at),
    startsAt: time('startsAt'),
    endsAt: time('endsAt'),
  };
}

function compileSeverity({ severity }: RawAlert, at: BundleSpot): DeclaredSource['severity'] {
  if (severity === undefined) return null;
  const words = Object.entries(severity.words ?? {}).map(
    ([word, level]) => [word.toLowerCase(), level] as const,
  );
  return { text: compileText(severity, at.at('severity')), words: new Map(words) };
}

function compileStatus({ status }: RawAlert, at: BundleSpot): DeclaredSource['resolved'] {
  if (status === undefined) return null;
  const words = status.resolved.map((word) => word.toLowerCase());
  return { from: compilePath(status.from, at.at('status', 'from')), words: new Set(words) };
}

function compileTexts(
  texts: Readonly<Record<string, RawText>>,
  spot: BundleSpot,
): ReadonlyMap<string, DeclaredText> {
  return new Map(Object.entries(texts).map(([name, text]) => [name, compileText(text, spot.at(name))]));
}

function compileText(raw: RawText, spot: BundleSpot): DeclaredText {
  if (typeof raw === 'string') return { from: compilePath(raw, spot), byDefault: null };
  if ('value' in raw) return { value: raw.value };
  return { from: compilePath(raw.from, spot.at('from')), byDefault: raw.default ?? null };
}

function compilePath(text: string, spot: BundleSpot): MessagePath {
  const path = parseMessagePath(text);
  if (path !== null) return path;
  spot.report({
    code: 'bad-path',
    message: `"${text}" is no place in a message`,
    hint: 'Write keys with dots between them, as in job.name, or a JSON pointer, as in /job/name',
  });
  return nowhere;
}

function compileLinePattern(
  pattern: string | undefined,
  spot: BundleSpot,
  regexLength: number,
): DeclaredSource['pattern'] {
  if (pattern === undefined) return null;
  const compiled = compileRegex(pattern, regexLength);
  if (compiled.ok) return compiled.pattern;
  spot.report({
    code: compiled.reason,
    message: compiled.error,
    hint: `${patternHints[compiled.reason]}${compiled.reason === 'regex-invalid' ? '; a group is named by (?P<name>…)' : ''}`,
  });
  return null;
}
