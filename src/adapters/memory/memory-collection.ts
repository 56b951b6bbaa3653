/** Documents under an id, kept as JSON text: what callers do to the objects they gave or got does not show. */
export interface MemoryCollection<T> {
  put(id: string, document: StagedDocument<T>): void;
  get(id: string): T | null;
  delete(id: string): void;
  /** Documents with what the store knows of them; each value is shared, to look at and not to give out. */
  rows(): IterableIterator<MemoryRow<T>>;
  row(id: string): MemoryRow<T> | undefined;
}

export interface StagedDocument<T> {
  readonly text: string;
  readonly value: T;
  readonly shard: number;
  /** Log time of the commit that wrote it. */
  readonly touched: number;
}

export interface MemoryRow<T> extends StagedDocument<T> {
  /** The engine has let go of it. */
  forgotten: boolean;
}

export function createMemoryCollection<T>(): MemoryCollection<T> {
  const rows = new Map<string, MemoryRow<T>>();
  return {
    put: (id, document) => {
      rows.set(id, { ...document, forgotten: false });
    },
    get(id) {
      const row = rows.get(id);
      return row === undefined ? null : freshCopy(row);
    },
    delete: (id) => {
      rows.delete(id);
    },
    rows: () => rows.values(),
    row: (id) => rows.get(id),
  };
}

export function freshCopy<T>({ text }: StagedDocument<T>): T {
  return JSON.parse(text) as T;
}
