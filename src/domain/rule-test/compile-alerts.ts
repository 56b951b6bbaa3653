import type { IncomingAlert, JsonValue } from '../alert/alert.js';
import { checkReference, type BundleSpot } from '../rules/bundle-spot.js';
import { compileDuration } from '../rules/compile-value.js';
import { native } from '../sources/native.js';
import type { RawAlert, RawTemplate } from './raw-rule-test.js';
import type { Action } from './scenario.js';

type TimedAlert = Extract<Action, { kind: 'alert' }>;

/** Fields that `set` writes as a whole; the others are `labels.x`, `annotations.x` and `values.x`. */
const plainFields = ['source', 'status', 'severity', 'title', 'env', 'service', 'category'];

/** An alert of a test with its repeats, mapped as the native format is. */
export function compileAlert(
  { raw, spot }: { readonly raw: RawAlert; readonly spot: BundleSpot },
  context: { readonly templates: Readonly<Record<string, RawTemplate>>; readonly start: number },
): readonly TimedAlert[] {
  const first = context.start + compileDuration(spot.at('at'), raw.at);
  const whole = written(merged(raw, spot, context.templates), raw.set ?? {}, spot.at('set'));
  const times = raw.repeat?.times ?? 1;
  const every = raw.repeat === undefined ? 0 : compileDuration(spot.at('repeat', 'every'), raw.repeat.every);
  const ramps = Object.entries(raw.ramp ?? {});
  if (ramps.length > 0 && raw.repeat === undefined)
    spot.at('ramp').report({ code: 'missing-key', message: 'a ramp needs repeat', part: 'key' });
  const plain = mapped(whole, spot);
  if (plain === null) return [];
  return Array.from({ length: times }, (_, i): TimedAlert => {
    const share = times === 1 ? 0 : i / (times - 1);
    const values = Object.fromEntries(
      ramps.map(([name, { from, to }]) => [name, from + (to - from) * share]),
    );
    const alert = ramps.length === 0 ? plain : { ...plain, values: { ...plain.values, ...values } };
    return { kind: 'alert', at: first + i * every, alert };
  });
}

function merged(
  raw: RawAlert,
  spot: BundleSpot,
  templates: Readonly<Record<string, RawTemplate>>,
): RawTemplate {
  const { use } = raw;
  const own = plainPart(raw);
  if (use === undefined) return own;
  checkReference(spot.at('use'), { what: 'template', id: use, known: new Map(Object.entries(templates)) });
  const base = templates[use] ?? {};
  return {
    ...base,
    ...own,
    labels: { ...base.labels, ...own.labels },
    annotations: { ...base.annotations, ...own.annotations },
    values: { ...base.values, ...own.values },
  };
}

/** The fields of the native format, without what says when and how often. */
function plainPart(raw: RawAlert): RawTemplate {
  const named = [...plainFields, 'labels', 'annotations', 'values'];
  return Object.fromEntries(Object.entries(raw).filter(([key]) => named.includes(key)));
}

function written(base: RawTemplate, set: Readonly<Record<string, JsonValue>>, spot: BundleSpot): RawTemplate {
  let alert = base;
  for (const [path, value] of Object.entries(set)) {
    const [map = '', ...rest] = path.split('.');
    const name = rest.join('.');
    if (plainFields.includes(path)) alert = { ...alert, [path]: value };
    else if ((map === 'labels' || map === 'annotations' || map === 'values') && name !== '')
      alert = { ...alert, [map]: { ...alert[map], [name]: value } };
    else
      spot.at(path).report({
        code: 'unknown-field',
        message: `an alert has no "${path}" to set`,
        hint: `Write ${plainFields.join(', ')}, labels.x, annotations.x or values.x`,
        part: 'key',
      });
  }
  return alert;
}

function mapped(alert: RawTemplate, spot: BundleSpot): IncomingAlert | null {
  const { values, annotations, ...rest } = alert;
  const body = {
    ...rest,
    labels: alert.labels ?? {},
    ...(annotations !== undefined && { annotations }),
    ...(values !== undefined && Object.keys(values).length > 0 && { values }),
  };
  const { alerts, rejected } = native.map(body, { now: 0, wellFormed: false });
  for (const { pointer, message } of rejected)
    spot.report({ code: 'bad-value', message: `the alert is none: ${pointer} ${message}` });
  return alerts[0] ?? null;
}
