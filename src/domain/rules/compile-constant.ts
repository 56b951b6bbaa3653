import type { FieldValue, Test } from '../alert/matcher.js';
import { parseIpAddress } from '../alert/ip-address.js';
import { parseByteSize, parseDuration } from './duration.js';
import { unitFactor } from './field-unit.js';
import { isScalar, type FieldType } from './matcher-context.js';
import { describe } from './matcher-problem.js';
import { nearestName } from './nearest-name.js';

type Refusal = { readonly ok: false; readonly message: string; readonly hint: string };
export type Constant = { readonly ok: true; readonly value: FieldValue } | Refusal;
export type Bound = { readonly ok: true; readonly value: number } | Refusal;

type Ranks = NonNullable<Extract<Test, { op: 'range' }>['ranks']>;

/** A constant that a field of this type can equal, in base units; null = a field of no declared type. */
export function readConstant(type: FieldType | null, raw: unknown): Constant {
  if (!isScalar(raw)) {
    return refuse(
      `${describe(raw)} stands where one value is expected`,
      'write a text, a number, true or false',
    );
  }
  switch (type?.type) {
    case undefined:
    case 'string':
      return { ok: true, value: raw };
    case 'enum':
      return readMember(type.values ?? [], raw);
    case 'boolean':
      return readMember(['true', 'false'], raw);
    case 'ip':
      return readAddress(raw);
    case 'number':
    case 'bytes':
    case 'duration':
      return readQuantity(type, raw);
  }
}

/** A bound of a range; of an ordered enum its rank by ranksOf. */
export function readBound(type: FieldType | null, raw: unknown): Bound {
  if (!isScalar(raw))
    return refuse(`${describe(raw)} is no bound`, 'write one number, such as 0.5, 15m or 512MiB');
  switch (type?.type) {
    case undefined:
      return readAnyQuantity(raw);
    case 'string':
      return refuse(
        'a text has no order, so gt, gte, lt and lte cannot be asked of it',
        'declare the field as number, bytes, duration or ordered enum under fields in bundle.yaml',
      );
    case 'boolean':
      return refuse('true and false have no order', 'write true or false');
    case 'ip':
      return refuse(
        'addresses are compared by network, not by order',
        'write {cidr: 10.0.0.0/8}, or list several networks',
      );
    case 'enum':
      return readRank(type, raw);
    case 'number':
    case 'bytes':
    case 'duration':
      return readQuantity(type, raw);
  }
}

/** Importance of each member of an ordered enum: they are listed most important first, and that one has the highest rank. */
export function ranksOf(type: FieldType | null): Ranks | undefined {
  if (type?.type !== 'enum' || type.ordered !== true) return undefined;
  const values = type.values ?? [];
  return new Map(values.map((value, index) => [value, values.length - 1 - index]));
}

function refuse(message: string, hint: string): Refusal {
  return { ok: false, message, hint };
}

function readMember(values: readonly string[], raw: FieldValue): Constant {
  const text = String(raw);
  if (values.includes(text)) return { ok: true, value: text };
  const nearest = nearestName(text, values);
  const all = `the values are ${values.join(', ')}`;
  return refuse(
    `"${text}" is not a value of this field`,
    nearest === null ? all : `did you mean "${nearest}"? ${all}`,
  );
}

function readRank(type: FieldType, raw: FieldValue): Bound {
  const ranks = ranksOf(type);
  if (ranks === undefined) {
    return refuse(
      'this enum has no order, so gt, gte, lt and lte cannot be asked of it',
      'list the values you mean, or declare the enum with ordered: true, most important value first',
    );
  }
  const member = readMember(type.values ?? [], raw);
  if (!member.ok) return member;
  return { ok: true, value: ranks.get(String(member.value)) ?? 0 };
}

function readAddress(raw: FieldValue): Constant {
  if (typeof raw === 'string' && parseIpAddress(raw) !== null) return { ok: true, value: raw };
  return refuse(
    `${describe(raw)} is no IP address`,
    'write an address such as 10.0.0.7 or 2001:db8::7; for a network write {cidr: 10.0.0.0/8}',
  );
}

/** In the unit of the field. A plain number is in it already. */
function readQuantity(field: FieldType, raw: FieldValue): Bound {
  const { type } = field;
  const plain = plainNumber(raw);
  if (type === 'number') return readNumber(field, raw, plain);
  if (plain !== null) return { ok: true, value: plain };
  const text = String(raw);
  const parsed = type === 'bytes' ? parseByteSize(text) : parseDuration(text);
  if (parsed.ok) return { ok: true, value: parsed.value / unitFactor(field) };
  const example = type === 'bytes' ? '512MiB or 10GB' : '90s or 1h30m';
  return refuse(parsed.error, `the field is declared as ${type}: write a value such as ${example}`);
}

function readNumber({ unit }: FieldType, raw: FieldValue, plain: number | null): Bound {
  if (plain !== null && (unit !== 'ratio' || Math.abs(plain) <= 1)) return { ok: true, value: plain };
  if (plain !== null) {
    return refuse(
      `the field is a ratio, of which 1 is the whole, and ${plain} is more`,
      `write ${plain}% or ${plain / 100}; if more than the whole is meant, ${plain * 100}%`,
    );
  }
  const share = typeof raw === 'string' ? /^(-?\d+(?:\.\d+)?) ?%$/.exec(raw)?.[1] : undefined;
  if (share !== undefined && unit === 'ratio') return { ok: true, value: Number(share) / 100 };
  if (share !== undefined && unit === 'percent') return { ok: true, value: Number(share) };
  if (share !== undefined) {
    return refuse(
      `${describe(raw)} may be 0.02 or 2 in what the source sends`,
      'declare the field with unit: ratio or unit: percent under fields in bundle.yaml',
    );
  }
  return refuse(
    `${describe(raw)} is not a number`,
    'write a plain number such as 0.05; for 5m or 512MiB declare the field as duration or bytes',
  );
}

/** Where no type is declared the spelling says what is meant. */
function readAnyQuantity(raw: FieldValue): Bound {
  const plain = plainNumber(raw);
  if (plain !== null) return { ok: true, value: plain };
  const duration = parseDuration(String(raw));
  if (duration.ok) return duration;
  const size = parseByteSize(String(raw));
  if (size.ok) return size;
  return refuse(
    `${describe(raw)} is not a number`,
    'write a number, a length of time such as 15m or a size such as 512MiB',
  );
}

function plainNumber(raw: FieldValue): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  return typeof raw === 'string' && /^-?\d+(?:\.\d+)?$/.test(raw) ? Number(raw) : null;
}
