/** How a cell is kept as plain JSON. */
export interface CellForm<Stored, Cell> {
  load(stored: Stored): Cell;
  /** A copy that shares nothing with the cell. */
  store(cell: Cell): Stored;
}

/** One metric: a cell for each combination of label values. */
export interface MetricFamily<Stored, Cell> {
  /** The cell of the label values, to be changed at once; a new one starts as `first` says. */
  cell(labelValues: readonly string[], first: () => Stored): Cell;
  /** Keys are label values joined by \u0000. Copied anew only when a cell was asked for since the last time. */
  snapshot(): Readonly<Record<string, Stored>>;
}

/** Cells are found by walking one map per label: no string is built for a combination that was seen before. */
interface Branch<Cell> {
  readonly next: Map<string, Branch<Cell>>;
  cell: Cell | null;
}

export function createMetricFamily<Stored, Cell>(
  image: Readonly<Record<string, Stored>>,
  form: CellForm<Stored, Cell>,
): MetricFamily<Stored, Cell> {
  const cells = new Map(Object.entries(image).map(([key, stored]) => [key, form.load(stored)]));
  const root: Branch<Cell> = { next: new Map(), cell: null };
  let copy: Readonly<Record<string, Stored>> | null = null;

  const keyed = (key: string, first: () => Stored): Cell => {
    const known = cells.get(key);
    if (known !== undefined) return known;
    const cell = form.load(first());
    cells.set(key, cell);
    return cell;
  };

  return {
    cell(labelValues, first) {
      copy = null;
      let branch = root;
      for (const value of labelValues) {
        let next = branch.next.get(value);
        if (next === undefined) {
          next = { next: new Map(), cell: null };
          branch.next.set(value, next);
        }
        branch = next;
      }
      branch.cell ??= keyed(labelKey(labelValues), first);
      return branch.cell;
    },
    snapshot() {
      copy ??= Object.fromEntries([...cells].map(([key, cell]) => [key, form.store(cell)]));
      return copy;
    },
  };
}

const separator = '\u0000';
/** What would break the key, or cannot be written as UTF-8 (half of a surrogate pair). */
const unwritable = /[\0\p{Surrogate}]/gu;

function labelKey(labelValues: readonly string[]): string {
  return labelValues.map((value) => value.replace(unwritable, '\uFFFD')).join(separator);
}

/** The label values of a snapshot's key, padded with empty ones to `count`. */
export function labelValuesOf(key: string, count: number): readonly string[] {
  const values = key.split(separator);
  return Array.from({ length: count }, (_, index) => values[index] ?? '');
}
