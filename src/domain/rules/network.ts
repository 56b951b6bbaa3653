import { parseIpAddress } from '../alert/ip-address.js';
import type { Network } from '../alert/matcher.js';

export type ParsedNetwork =
  { readonly ok: true; readonly network: Network } | { readonly ok: false; readonly error: string };

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address. Bits beyond the prefix must be zero: they are most often a slip. */
export function parseNetwork(text: string): ParsedNetwork {
  const slash = text.indexOf('/');
  const bytes = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) {
    return {
      ok: false,
      error: `"${text}" is no network; write an address and a prefix length, such as 10.0.0.0/8`,
    };
  }
  const longest = bytes.length * 8;
  if (slash < 0) return { ok: true, network: { bytes, bits: longest } };
  const suffix = text.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(suffix) ? Number(suffix) : Infinity;
  if (bits > longest) {
    return {
      ok: false,
      error: `"${text}" has no good prefix length; write a number from 0 to ${longest} after the slash`,
    };
  }
  const base = bytes.map((byte, index) => byte & maskOf(index, bits));
  if (base.some((byte, index) => byte !== bytes[index])) {
    return {
      ok: false,
      error: `"${text}" has bits set beyond its prefix; write ${formatAddress(base)}/${bits}`,
    };
  }
  return { ok: true, network: { bytes, bits } };
}

/** The bits of one byte of an address that belong to a prefix. */
function maskOf(index: number, bits: number): number {
  const inside = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff00 >>> inside) & 0xff;
}

function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  }
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}
