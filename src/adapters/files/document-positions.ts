import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Document, type Node } from 'yaml';
import { pointerSegments } from '../../domain/rules/json-pointer.js';

/** Where each part of a YAML document stands, without its nodes: plain data, which can be handed to another thread. */
export interface DocumentPositions {
  /**
   * A record for each node, a part before what it is in. It begins with the node's offset and what it is: a scalar, and nothing
   * follows; a list, with the number of its members and the index of each one's record; an alias, with that of what it stands for; else
   * a map, and which of `keys` are its own, with the offset of each key and the index of its value's record.
   */
  readonly records: Int32Array;
  /** Keys in their order, one list for all maps that have the same. */
  readonly keys: readonly (readonly (string | null)[])[];
  /** Index of the record of all of it; `none`: the document is empty. */
  readonly root: number;
  readonly start: number;
}

const none = -1;
const [scalar, list, alias] = [-1, -2, -3];

export function recordPositions({ contents, range: [start] }: Document.Parsed): DocumentPositions {
  const recorder = new PositionRecorder(start);
  const root = contents === null ? none : recorder.record(contents);
  return { records: Int32Array.from(recorder.records), keys: recorder.keys, root, start };
}

class PositionRecorder {
  readonly records: number[] = [];
  readonly keys: (readonly (string | null)[])[] = [];
  readonly #numbers = new Map<string, number>();
  /** Records by anchor: an alias stands for the last one before it. */
  readonly #anchored = new Map<string, number>();
  readonly #start: number;

  constructor(start: number) {
    this.#start = start;
  }

  record(node: Node): number {
    const offset = this.#offsetOf(node);
    if (isAlias(node)) {
      const target = this.#anchored.get(node.source);
      return this.#add(target === undefined ? [offset, scalar] : [offset, alias, target]);
    }
    const index = this.#recordPlain(node, offset);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      this.#anchored.set(node.anchor, index);
    return index;
  }

  #recordPlain(node: Node, offset: number): number {
    if (isSeq(node)) {
      const members = node.items.map((item) => (isNode(item) ? this.record(item) : none));
      return this.#add([offset, list, members.length], members);
    }
    if (!isMap(node)) return this.#add([offset, scalar]);
    const names: (string | null)[] = [];
    const pairs: number[] = [];
    for (const { key, value } of node.items.filter(isPair)) {
      names.push(isScalar(key) ? String(key.value) : null);
      pairs.push(isNode(key) ? this.#offsetOf(key) : this.#start, isNode(value) ? this.record(value) : none);
    }
    return this.#add([offset, this.#numberOf(names)], pairs);
  }

  #add(head: readonly number[], below: readonly number[] = []): number {
    const index = this.records.length;
    for (const each of head) this.records.push(each);
    for (const each of below) this.records.push(each);
    return index;
  }

  #numberOf(names: readonly (string | null)[]): number {
    const text = JSON.stringify(names);
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.keys.push(names) - 1));
    return number;
  }

  #offsetOf(node: Node): number {
    return node.range?.[0] ?? this.#start;
  }
}

/** Offset of the value or key at a JSON pointer; of the nearest parent where the pointer leads nowhere. */
export function offsetAt(positions: DocumentPositions, pointer: string, part: 'key' | 'value'): number {
  let found: Found = { key: none, value: positions.root };
  for (const segment of pointerSegments(pointer)) {
    const below = childAt(positions, found.value, segment);
    if (below === null) break;
    found = below;
  }
  const { key } = found;
  const value = found.value === none ? none : (positions.records[found.value] ?? none);
  const wanted = part === 'key' && key !== none ? key : value === none ? key : value;
  return wanted === none ? positions.start : wanted;
}

/** Offset of a key, or none; index of the record of its value, or none. */
interface Found {
  readonly key: number;
  readonly value: number;
}

function childAt({ records, keys }: DocumentPositions, at: number, segment: string): Found | null {
  if (at === none) return null;
  const index = records[at + 1] === alias ? numberAt(records, at + 2) : at;
  const what = numberAt(records, index + 1);
  if (what === scalar) return null;
  if (what === list) {
    const place = Number(segment);
    const isMember = Number.isInteger(place) && place >= 0 && place < numberAt(records, index + 2);
    const value = isMember ? numberAt(records, index + 3 + place) : none;
    return value === none ? null : { key: none, value };
  }
  const place = keys[what]?.indexOf(segment) ?? none;
  if (place === none) return null;
  return { key: numberAt(records, index + 2 + 2 * place), value: numberAt(records, index + 3 + 2 * place) };
}

function numberAt(records: Int32Array, index: number): number {
  return records[index] ?? none;
}
