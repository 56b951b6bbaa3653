import type { Place } from './bundle.js';

/** A table of a bundle (`tables/hosts.csv`): all cells are texts. */
export interface BundleTable {
  /** Path below the folder of tables, without its ending: `hosts`, `eu/hosts`. */
  readonly name: string;
  readonly columns: readonly string[];
  /** As many cells as columns each. */
  readonly rows: readonly (readonly string[])[];
  /** Where a row begins; -1: the columns' own. */
  readonly place: (row: number) => Place;
}
