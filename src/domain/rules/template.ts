import type { Field } from '../alert/matcher.js';

/** Text with `{{field}}` holes, split once: literal parts and fields in turn. */
export interface Template {
  readonly source: string;
  readonly parts: readonly (string | Field)[];
}
