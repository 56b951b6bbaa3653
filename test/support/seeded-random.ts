/** A small repeatable source of chance for tests and load: the same seed gives the same numbers on every machine. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  pick<T>(values: readonly T[]): T;
}

/** `seed` is any 32-bit whole number. The generator is mulberry32: fast and good enough for load, not for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    integer,
    between: (from, to) => from + integer(to - from + 1),
    pick: (values) => {
      const value = values[integer(values.length)];
      if (value === undefined) throw new Error('Cannot pick from an empty list.');
      return value;
    },
  };
}
