import { isUtf8 } from 'node:buffer';

export type ParsedJson =
  | {
      readonly kind: 'json';
      readonly value: unknown;
      /** No string in the value holds half a surrogate pair. False only means that a closer look is due. */
      readonly wellFormed: boolean;
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-utf8' }
  | { readonly kind: 'not-json'; readonly detail: string };

const byteOrderMark = 0xfeff;

/** Parses a body that must be JSON in UTF-8; a byte order mark before it is let pass. */
export function parseJson(bytes: Buffer): ParsedJson {
  if (!isUtf8(bytes)) return { kind: 'not-utf8' };
  const decoded = bytes.toString('utf8');
  const text = decoded.charCodeAt(0) === byteOrderMark ? decoded.slice(1) : decoded;
  try {
    // In valid UTF-8 half a pair can only hide in an escape, \ud800 to \udfff.
    const wellFormed = !text.includes('\\ud') && !text.includes('\\uD');
    return { kind: 'json', value: JSON.parse(text) as unknown, wellFormed };
  } catch (error) {
    if (text.trim() === '') return { kind: 'empty' };
    return { kind: 'not-json', detail: error instanceof Error ? error.message : String(error) };
  }
}
