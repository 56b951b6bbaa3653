/** One sample of the Prometheus text format. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly ExposedSample[];
  /** The value of the one sample of this name that has these labels among others; undefined when there is none. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n' };

/**
 * Reads the text format 0.0.4 by its rules and throws at the first line that breaks one: each metric has its HELP and TYPE
 * before its samples, no series stands twice, label values escape backslash, quote and line feed.
 */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('The last line must end with a line feed.');
  const types = new Map<string, string>();
  const samples: ExposedSample[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type !== null) {
      if (types.has(type[1]!)) throw new Error(`A second TYPE of ${type[1]!}`);
      types.set(type[1]!, type[2]!);
    }
    if (line === '' || line.startsWith('#')) continue;
    const sample = parseSample(line);
    const family = sample.name.replace(/_(?:bucket|sum|count)$/, '');
    if (!types.has(sample.name) && !types.has(family)) throw new Error(`No TYPE before: ${line}`);
    const series = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(series)) throw new Error(`A series stands twice: ${line}`);
    seen.add(series);
    samples.push(sample);
  }
  return {
    types,
    samples,
    value: (name, labels = {}) =>
      samples.find(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )?.value,
  };
}

function parseSample(line: string): ExposedSample {
  const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0] ?? '';
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)",?/.exec(rest);
      if (label === null) throw new Error(`Not a label: ${rest} in ${line}`);
      labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, escaped: string) => escapes[escaped]!);
      rest = rest.slice(label[0].length);
    }
    rest = rest.slice(1);
  }
  const number = /^ ([+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i.exec(rest);
  if (name === '' || number === null) throw new Error(`Not a sample: ${line}`);
  return { name, labels, value: Number(number[1]!.replace(/inf/i, 'Infinity')) };
}
