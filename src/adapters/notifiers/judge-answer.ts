import type { DeliveryResult } from '../../app/ports.js';
import type { Answer } from './post-json.js';

const excerptLength = 200;
const maxTitleLength = 200;
const maxUrlLength = 2_000;

/** Receivers that are busy or broken for the moment; every other status but 2xx says that no try will help. */
const passing = new Set([408, 425, 429]);

/** What a receiver's answer means. `now` is in Unix ms. */
export function judgeAnswer(answer: Answer, now: number): DeliveryResult {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const reference = referenceIn(answer.text ?? '');
    return { kind: 'sent', ...(reference === null ? {} : { reference }) };
  }
  const error = `The receiver answered ${status}${excerptOf(answer.text ?? '')}`;
  if (passing.has(status) || status >= 500) {
    const retryAfterMs = retryAfterMsOf(answer.retryAfter, now);
    return { kind: 'retry', error, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  }
  if (status >= 300 && status < 400) {
    return {
      kind: 'rejected',
      error: `${error} Redirects are not followed: put the final address into url.`,
    };
  }
  return { kind: 'rejected', error };
}

function excerptOf(text: string): string {
  // Control characters too: the text ends up in logs and timelines.
  const characters = Array.from(text.replace(/[\s\p{Cc}]+/gu, ' ').trim());
  if (characters.length === 0) return '.';
  const cut = characters.length > excerptLength ? '…' : '';
  return `: ${characters.slice(0, excerptLength).join('')}${cut}`;
}

/** Seconds or a date (RFC 9110 §10.2.3); null for anything else. */
export function retryAfterMsOf(header: string | null, now: number): number | null {
  const value = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(value)) return Number(value) * 1000;
  // Every form of HTTP-date begins with the day of the week.
  const date = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** The ticket or page that the receiver made of it: `{"reference": {"title", "url"}}`. */
function referenceIn(text: string): { title: string; url: string } | null {
  if (!text.trimStart().startsWith('{')) return null;
  let answer: { reference?: { title?: unknown; url?: unknown } | null };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return null; // an answer is voluntary, and this one is no JSON
  }
  const { title, url } = answer.reference ?? {};
  if (typeof title !== 'string' || title === '' || title.length > maxTitleLength) return null;
  if (typeof url !== 'string' || url.length > maxUrlLength || !URL.canParse(url)) return null;
  // People will click on it.
  return ['http:', 'https:'].includes(new URL(url).protocol) ? { title, url } : null;
}
