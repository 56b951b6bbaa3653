import { checkUniqueIds, type BundleSpot, type Entry } from './bundle-spot.js';
import { checkUsual, day, minute } from './check-usual.js';
import { compilePositiveDuration } from './compile-value.js';
import { formatField, parseField } from './field.js';
import { unitsOf } from './field-unit.js';
import type { FieldType } from './matcher-context.js';
import { nearestName } from './nearest-name.js';
import type { Partition, RuleSetDefaults } from './rule-set.js';
import { resolveField } from './resolve-field.js';
import { tellUnknownZone } from './unknown-zone.js';
import { createZoneOffset } from './zone-offset.js';

export type TriageStage = 'normalize' | 'classify' | 'adjust';

export interface RawBundle {
  readonly name: string;
  readonly defaults?: {
    readonly timezone?: string;
    readonly ttl?: string;
    readonly autoResolve?: string;
    readonly reopenWithin?: string;
    readonly autoClose?: string;
  };
  readonly partitionBy?: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly sets: readonly RawSet[];
  readonly limits?: { readonly regexLength?: number; readonly conjunctionsPerRule?: number };
}

interface RawSet {
  readonly id: string;
  readonly stage: TriageStage;
  readonly mode: 'all' | 'first';
}

/** A set of triage rules; `rank` is its place in the order of evaluation. */
export interface TriageSet {
  readonly id: string;
  readonly stage: TriageStage;
  readonly rank: number;
  readonly spot: BundleSpot;
}

export interface Settings {
  readonly name: string;
  readonly defaults: RuleSetDefaults;
  readonly partition: Partition;
  /** By key with prefix (`labels.region`). */
  readonly fields: ReadonlyMap<string, FieldType>;
  readonly sets: ReadonlyMap<string, TriageSet>;
  readonly limits: { readonly regexLength: number; readonly conjunctions: number };
  readonly spot: BundleSpot;
}

/** `kind: Bundle`. */
export function compileSettings({ raw, spot }: Entry<RawBundle>): Settings {
  return {
    name: raw.name,
    defaults: compileDefaults(raw.defaults ?? {}, spot.at('defaults')),
    partition: compilePartition(raw, spot.at('partitionBy')),
    fields: compileFields(raw.fields, spot.at('fields')),
    sets: compileSets(raw.sets, spot.at('sets')),
    limits: {
      regexLength: raw.limits?.regexLength ?? 256,
      conjunctions: raw.limits?.conjunctionsPerRule ?? 64,
    },
    spot,
  };
}

function compilePartition({ partitionBy = [], fields }: RawBundle, spot: BundleSpot): Partition {
  const keys = Object.keys(fields);
  const isDeclared = (name: string): boolean => keys.includes(name) || keys.includes(`labels.${name}`);
  for (const [index, name] of partitionBy.entries()) {
    if (isDeclared(name)) continue;
    spot.at(index).report({
      code: 'unknown-field',
      message: `there is no label "${name}" among the fields`,
      hint: adviseOnLabel(name, keys),
    });
  }
  return { by: partitionBy.filter(isDeclared).sort(), place: spot.place };
}

function adviseOnLabel(name: string, keys: readonly string[]): string {
  const bare = name.replace(/^labels\./, '');
  if (bare !== name) return `Write ${bare}: names of labels stand here without "labels."`;
  const nearest = nearestName(
    name,
    keys.map((key) => key.replace(/^labels\./, '')),
  );
  return nearest === null ? `Declare labels.${name} under fields` : `Did you mean "${nearest}"?`;
}

function compileDefaults(raw: NonNullable<RawBundle['defaults']>, spot: BundleSpot): RuleSetDefaults {
  const duration = (key: 'ttl' | 'autoResolve' | 'reopenWithin' | 'autoClose', otherwise: string): number => {
    const milliseconds = compilePositiveDuration(spot.at(key), raw[key] ?? otherwise);
    checkUsual(spot.at(key), milliseconds, { least: key === 'reopenWithin' ? 0 : minute, most: 90 * day });
    return milliseconds;
  };
  const timezone = raw.timezone ?? 'UTC';
  const known = createZoneOffset(timezone) !== null;
  if (!known) spot.at('timezone').report({ code: 'unknown-reference', ...tellUnknownZone(timezone) });
  return {
    // Schedules are checked on in a zone that exists, so that the slip is told once.
    timezone: known ? timezone : 'UTC',
    ttlMs: duration('ttl', '6h'),
    autoResolveMs: duration('autoResolve', '6h'),
    reopenWithinMs: duration('reopenWithin', '1h'),
    autoCloseMs: duration('autoClose', '72h'),
  };
}

/** Own fields that a bundle may narrow to an enum; the types of the others are fixed. */
const narrowable = new Set(['source', 'env', 'category', 'title', 'runbook']);

function compileFields(
  raw: Readonly<Record<string, FieldType>>,
  spot: BundleSpot,
): ReadonlyMap<string, FieldType> {
  const fields = new Map<string, FieldType>();
  for (const [key, type] of Object.entries(raw)) {
    const parsed = parseField(key);
    if (!parsed.ok) {
      spot.at(key).report({ code: 'unknown-field', message: parsed.error, hint: parsed.hint, part: 'key' });
      continue;
    }
    checkUnit(type, spot.at(key, 'unit'));
    const name = formatField(parsed.field);
    const own = parsed.field.kind === 'alert' || parsed.field.kind === 'service';
    if (own && !narrowable.has(name)) checkOwnType(name, type, spot.at(key));
    else fields.set(name, type);
  }
  return fields;
}

function checkUnit(type: FieldType, spot: BundleSpot): void {
  const { unit } = type;
  const known = unitsOf(type);
  if (unit === undefined || known.includes(unit)) return;
  const nearest = nearestName(unit, known);
  const all = known.length === 0 ? 'Remove it' : `Units: ${known.join(', ')}`;
  spot.report({
    code: 'bad-value',
    message: `a field of type ${type.type} has no unit "${unit}"`,
    hint: nearest === null ? all : `Did you mean "${nearest}"?`,
  });
}

/** A bundle may repeat the type of a field of Tocsin's own for its readers, but not change it. */
function checkOwnType(name: string, type: FieldType, spot: BundleSpot): void {
  const own = resolveField(name, { fields: new Map(), incidentFields: false });
  const ownType = own.ok ? own.type : null;
  if (ownType?.type === type.type && String(ownType.values) === String(type.values)) return;
  const values = ownType?.values === undefined ? '' : ` of ${ownType.values.join(', ')}`;
  spot.report({
    code: 'type-mismatch',
    message: `"${name}" is a field of Tocsin's own, of type ${ownType?.type ?? 'string'}${values}`,
    hint: 'Remove it here',
    part: 'key',
  });
}

const modes: Readonly<Record<TriageStage, RawSet['mode']>> = {
  normalize: 'all',
  classify: 'first',
  adjust: 'all',
};

function compileSets(raw: readonly RawSet[], spot: BundleSpot): ReadonlyMap<string, TriageSet> {
  checkUniqueIds(
    'set',
    raw.map((one, index) => ({ raw: one, spot: spot.at(index) })),
  );
  const sets = new Map<string, TriageSet>();
  for (const [rank, { id, stage, mode }] of raw.entries()) {
    const here = spot.at(rank);
    if (mode !== modes[stage]) {
      here.at('mode').report({
        code: 'bad-value',
        message: `the stage ${stage} runs in mode "${modes[stage]}"`,
        hint: `Write mode: ${modes[stage]}`,
      });
    }
    if (stage === 'classify' && [...sets.values()].some((other) => other.stage === 'classify')) {
      here.at('stage').report({
        code: 'duplicate-stage',
        message: 'there can be only one set of the stage classify, because its first match wins',
        hint: 'Put all classify rules into one set; their order is that of files and positions',
      });
    }
    sets.set(id, { id, stage, rank, spot: here });
  }
  if (![...sets.values()].some((set) => set.stage === 'classify')) {
    spot.report({
      code: 'missing-catch-all',
      message: 'no set of the stage classify',
      hint: 'Add { id: classify, stage: classify, mode: first }',
    });
  }
  return sets;
}
