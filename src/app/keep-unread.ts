import { isUtf8 } from 'node:buffer';
import type { Unread } from './read-message.js';

/** Longest text that a dead letter keeps, in bytes. Of a longer one only the beginning is there, which can't be read again. */
export const keptBytes = 64 * 1024;
const keptDetail = 1_000;

/** What is kept of bytes that could not be read. */
export function keepUnread(bytes: Buffer, why: Pick<Unread, 'reason' | 'detail'>): Unread {
  const cut = bytes.length > keptBytes;
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  const kept = cut ? bytes.subarray(0, encoding === 'utf8' ? wholeCharacters(bytes) : keptBytes) : bytes;
  const detail = why.detail.slice(0, keptDetail);
  return { ...why, detail, encoding, text: kept.toString(encoding), bytes: bytes.length, cut };
}

/** The end of the last whole character of UTF-8 within what is kept. */
function wholeCharacters(bytes: Buffer): number {
  let end = keptBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
