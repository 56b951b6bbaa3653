import {
  type AlertmanagerCase,
  type ExpectedAnswer,
  alert,
  stored,
  unreadable,
  startAfterEnd,
} from './alertmanager-case.js';

const goTime = (text: string, rest: string, layout: string): ExpectedAnswer =>
  unreadable(`parsing time "${text}" as "2006-01-02 15:04:05": cannot parse "${rest}" as "${layout}"`);
const noOffset = {
  answer: unreadable('it is no RFC 3339 time'),
  why: 'the API says RFC 3339; a time without an offset is a guess at a time zone, and a wrong guess is hours off',
};

/** startsAt and endsAt. */
export const timeCases: readonly AlertmanagerCase[] = [
  {
    name: 'zero times, as amtool sends them',
    body: alert({ startsAt: '0001-01-01T00:00:00.000Z', endsAt: '0001-01-01T00:00:00.000Z' }),
    alertmanager: stored,
  },
  { name: 'a time that is empty', body: alert({ startsAt: '' }), alertmanager: stored },
  { name: 'a time that is null', body: alert({ startsAt: null }), alertmanager: stored },
  { name: 'a start in 1970', body: alert({ startsAt: '1970-01-01T00:00:00.000Z' }), alertmanager: stored },
  { name: 'an end in the year 9999', body: alert({ endsAt: '9999-12-31T23:59:59Z' }), alertmanager: stored },
  {
    name: 'an end in the past and no start',
    body: alert({ endsAt: '2026-01-01T00:00:00Z' }),
    alertmanager: stored,
  },
  {
    name: 'an end equal to the start',
    body: alert({ startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }),
    alertmanager: stored,
  },
  {
    name: 'an end before the start',
    body: alert({ startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }),
    alertmanager: startAfterEnd,
  },
  {
    name: 'a start far ahead and no end',
    body: alert({ startsAt: '2126-01-01T00:00:00Z' }),
    alertmanager: startAfterEnd,
  },
  {
    name: 'a time in words',
    body: alert({ startsAt: 'yesterday' }),
    alertmanager: goTime('yesterday', 'yesterday', '2006'),
  },
  {
    name: 'a day without a time',
    body: alert({ startsAt: '2026-01-01' }),
    alertmanager: goTime('2026-01-01', '', '15'),
  },
  {
    name: 'month 13',
    body: alert({ endsAt: '2026-13-45T00:00:00Z' }),
    alertmanager: unreadable('parsing time "2026-13-45T00:00:00Z": month out of range'),
  },
  {
    name: 'the 30th of February',
    body: alert({ startsAt: '2026-02-30T00:00:00Z' }),
    alertmanager: goTime('2026-02-30T00:00:00Z', 'T00:00:00Z', ' '),
  },
  {
    name: 'hour 24',
    body: alert({ startsAt: '2026-01-01T24:00:00Z' }),
    alertmanager: goTime('2026-01-01T24:00:00Z', 'T24:00:00Z', ' '),
  },
  {
    name: 'an offset without a colon',
    body: alert({ startsAt: '2026-01-01T00:00:00+0100' }),
    alertmanager: goTime('2026-01-01T00:00:00+0100', 'T00:00:00+0100', ' '),
  },
  {
    name: 'a time that is a number',
    body: alert({ startsAt: 5 }),
    alertmanager: unreadable('json: cannot unmarshal number into Go struct field .startsAt of type string'),
  },
  {
    name: 'a time without an offset',
    body: alert({ startsAt: '2026-01-01T00:00:00' }),
    alertmanager: stored,
    tocsin: noOffset,
  },
  {
    name: 'a time with a blank for the T',
    body: alert({ startsAt: '2026-01-01 00:00:00' }),
    alertmanager: stored,
    tocsin: noOffset,
  },
  {
    name: 'a time without seconds',
    body: alert({ startsAt: '2026-01-01T00:00Z' }),
    alertmanager: stored,
    tocsin: { answer: unreadable('it is no RFC 3339 time'), why: 'the API says RFC 3339, which has seconds' },
  },
];
