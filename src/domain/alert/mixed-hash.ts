import type { Labels } from './alert.js';
import { fingerprint } from './fingerprint.js';

/**
 * 32 bits of which each hangs on all of the labels: the fingerprint, its upper and lower half XORed, mixed by the finalizer of MurmurHash3.
 * Of FNV-1a alone the lowest bits hang on the lowest bits of the text, and the upper ones hardly on the last characters. Logs and
 * canaries are spread by it: it stays as it is.
 */
export function mixedHash(labels: Labels): number {
  const digits = fingerprint(labels);
  let bits = Number.parseInt(digits.slice(0, 8), 16) ^ Number.parseInt(digits.slice(8), 16);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
