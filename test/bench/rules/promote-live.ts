import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: { readonly type: 'minor' }) => void;

/** Moves what is alive into the old generation. A whole collection would throw code away that was optimized, too. */
export function promoteLive(): void {
  collect({ type: 'minor' });
  collect({ type: 'minor' });
}
