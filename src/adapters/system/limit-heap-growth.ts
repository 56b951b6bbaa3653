import { setFlagsFromString } from 'node:v8';

/** In percent of what is alive. */
const growth = 30;

/**
 * From here on garbage is collected when the heap has grown by less than a third; V8 by itself lets a heap grow to nearly twice
 * what is alive. Not from the start of the process: while a large state is loaded, all that grows is alive.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
