import { quoted } from './quoted.js';

/** Go's zero time, `0001-01-01T00:00:00Z`: how Go programs write "not set". */
export const unsetTime = -62_135_596_800_000;

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Unix ms of an RFC 3339 time of any precision and offset, cut to the millisecond; null for anything else.
 * By hand, because `Date.parse` is slower and takes much that is no RFC 3339 (`2026-02-30`, `22 Nov 2026`).
 */
export function parseRfc3339(text: string): number | null {
  const day = readDay(text);
  const time = readTimeOfDay(text);
  if (day === null || time === null) return null;
  // After the seconds: an optional fraction, then the offset, then nothing.
  const offsetAt = text.charCodeAt(19) === 0x2e ? endOfDigits(text, 20) : 19;
  if (offsetAt === 20) return null;
  const offset = readOffset(text, offsetAt);
  if (offset === null) return null;
  return day * 86_400_000 + time * 1000 + milliseconds(text, offsetAt) - offset * 60_000;
}

/** The same for a field that may be absent: then `unsetTime`. */
export function readTime(text: string | undefined): number | null {
  return text === undefined ? unsetTime : parseRfc3339(text);
}

/** What to tell a sender whose time is none. */
export function notATime(text: string | null | undefined): string {
  return `must be an RFC 3339 time such as 2026-11-22T10:00:00Z, is ${quoted(text)}`;
}

/** Days since 1970 of a leading `YYYY-MM-DD`. */
function readDay(text: string): number | null {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return null;
  if (year < 0 || month < 1 || month > 12 || day < 1) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = (daysOfMonth[month - 1] ?? 0) + (leap && month === 2 ? 1 : 0);
  if (day > length) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const ofYear = (daysBeforeMonth[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0) + day - 1;
  return before * 365 + leapDays + ofYear - 719_162;
}

/** Seconds since midnight of `THH:MM:SS` at its fixed place. Leap seconds are refused, as Go does. */
function readTimeOfDay(text: string): number | null {
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const letter = text.charCodeAt(10);
  if (letter !== 0x54 && letter !== 0x74) return null;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  return hour * 3600 + minute * 60 + second;
}

/** Minutes east of UTC of `Z` or `±HH:MM` from `at` to the end. */
function readOffset(text: string, at: number): number | null {
  const sign = text.charCodeAt(at);
  if (sign === 0x5a || sign === 0x7a) return text.length === at + 1 ? 0 : null;
  if (sign !== 0x2b && sign !== 0x2d) return null;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (text.length !== at + 6 || text.charCodeAt(at + 3) !== 0x3a) return null;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return null;
  return (sign === 0x2b ? 1 : -1) * (hours * 60 + minutes);
}

function milliseconds(text: string, end: number): number {
  let result = 0;
  for (let i = 20, weight = 100; i < end && weight >= 1; i++, weight /= 10)
    result += (text.charCodeAt(i) - 0x30) * weight;
  return result;
}

/** The number in exactly `count` digits from `at`, or -1. */
function digits(text: string, at: number, count: number): number {
  let result = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    result = result * 10 + digit;
  }
  return result;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++;
  return at;
}
