import { sourcesOfFormat, type MessageFormat } from '../sources/message-format.js';
import { checkReference, checkUniqueIds, type BundleSpot, type Entry } from './bundle-spot.js';
import type { PlacedSource } from './compile-sources.js';
import type { TopicIntake } from './rule-set.js';

interface RawTopics {
  readonly id: string;
  readonly status?: 'active' | 'disabled';
  readonly topics: readonly string[];
  readonly format: MessageFormat;
  readonly source?: string;
  readonly start?: 'earliest' | 'latest';
}

interface RawIntake {
  readonly group?: string;
  readonly topics: readonly RawTopics[];
}

/** Formats that say themselves who sends them. */
const fixed: ReadonlySet<MessageFormat> = new Set(['alertmanager', 'alertmanager-events']);

/** `kind: Intake`: the topics by name. `sources` are those that the bundle declares. */
export function compileIntake(
  documents: readonly Entry<unknown>[],
  sources: ReadonlyMap<string, PlacedSource>,
): ReadonlyMap<string, TopicIntake> {
  const entries = (documents as readonly Entry<RawIntake>[]).flatMap(({ raw, spot }) =>
    raw.topics.map((topics, index) => ({
      raw: topics,
      spot: spot.at('topics', index),
      group: raw.group ?? null,
    })),
  );
  checkUniqueIds('topic entry', entries);
  const places = new Map<string, BundleSpot>();
  const intake = new Map<string, TopicIntake>();
  for (const { raw, spot, group } of entries) {
    const reading = compileReading(raw, spot, sources);
    for (const [index, topic] of raw.topics.entries()) {
      checkTopicOnce(topic, spot.at('topics', index), places);
      if (raw.status === 'disabled') continue;
      const { id, format, start = 'latest' } = raw;
      intake.set(topic, { topic, group, format, ...reading, start, ref: spot.ref(id) });
    }
  }
  warnOfUnused(
    sources,
    entries.map(({ raw }) => raw.source),
  );
  return intake;
}

function compileReading(
  { format, source }: RawTopics,
  spot: BundleSpot,
  sources: ReadonlyMap<string, PlacedSource>,
): Pick<TopicIntake, 'source' | 'declared'> {
  const known = sourcesOfFormat[format];
  const [byDefault] = known.keys();
  if (source === undefined) {
    if (byDefault === undefined)
      spot.report({
        code: 'missing-key',
        message: `topics of the format ${format} need a source`,
        hint: 'Declare one in a document of kind Source, and name its id here',
      });
    return { source: byDefault ?? '', declared: null };
  }
  if (fixed.has(format)) {
    spot.at('source').report({
      code: 'unknown-key',
      message: `the format ${format} says itself what its messages are`,
      hint: 'Remove source',
      part: 'key',
    });
    return { source, declared: null };
  }
  const declared = sources.get(source)?.source ?? null;
  checkReference(spot.at('source'), {
    what: `source for ${format}`,
    id: source,
    known: new Set([...sources.keys(), ...known.keys()]),
  });
  if (declared !== null && declared.pattern !== null && format !== 'lines')
    spot.at('source').report({
      code: 'conflict',
      message: `the source "${source}" has a pattern for lines, and messages of the format ${format} are none`,
      hint: 'Write format: lines, or remove pattern from the source',
    });
  return { source, declared };
}

function checkTopicOnce(topic: string, spot: BundleSpot, places: Map<string, BundleSpot>): void {
  const earlier = places.get(topic);
  if (earlier === undefined) places.set(topic, spot);
  else
    spot.report({
      code: 'duplicate-id',
      message: `the topic "${topic}" stands here a second time`,
      hint: `The first is at ${earlier.where}: a topic is read in one way`,
    });
}

function warnOfUnused(
  sources: ReadonlyMap<string, PlacedSource>,
  used: readonly (string | undefined)[],
): void {
  for (const [id, { spot }] of sources) {
    if (used.includes(id)) continue;
    spot.at('id').report({
      level: 'warning',
      code: 'source-never-used',
      message: `no topic names the source "${id}"`,
      hint: 'Name it as the source of a topic in intake.yaml, or remove it',
    });
  }
}
