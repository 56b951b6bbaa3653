import { histogram, type AlertCase } from './alert-cases.js';

const here = 'job="tocsin",instance="t:8080"';
const ofInstance = { job: 'tocsin', instance: 't:8080' };
const ofPager = { job: 'tocsin', notifier: 'pager' };
const sent = `tocsin_notifications_total{${here},notifier="pager",outcome="sent"}`;
const failed = `tocsin_notifications_total{${here},notifier="pager",outcome="failed"}`;
const up = `up{${here}}`;

const notifications: Readonly<Record<string, AlertCase>> = {
  TocsinOutboxStuck: {
    fires: [
      {
        series: { [`tocsin_outbox_pending{${here}}`]: '3x30', [sent]: '7x30' },
        at: 20,
        labels: ofInstance,
        summary: 'Tocsin tells nobody',
        description: '3 notifications or more wait on t:8080, and none was delivered for 10 minutes.',
      },
    ],
    quiet: [
      { series: { [`tocsin_outbox_pending{${here}}`]: '3x30', [sent]: '0+1x30' }, at: 20 },
      { series: { [`tocsin_outbox_pending{${here}}`]: '3 0 3 3 3 3 3 3 0 3x20', [sent]: '7x30' }, at: 10 },
    ],
  },
  TocsinNotificationsGivenUp: {
    fires: [
      {
        series: { [failed]: '0x9 2x9' },
        at: 12,
        labels: ofPager,
        summary: 'Tocsin gave up notifications of pager',
        description: '2 notifications by pager reached nobody in 15 minutes.',
      },
      // The first of all: its series begins with it.
      {
        series: { [failed]: '_x20 1x9', [up]: '1x30' },
        at: 25,
        labels: ofPager,
        summary: 'Tocsin gave up notifications of pager',
        description: '1 notifications by pager reached nobody in 15 minutes.',
      },
    ],
    quiet: [
      { series: { [failed]: '2x60', [up]: '1x60' }, at: 40 },
      // Long ago, seen by a Prometheus that has just begun to look.
      { series: { [failed]: '2x60', [up]: '1x60' }, at: 5 },
    ],
  },
  TocsinReceiverFails: {
    fires: [
      {
        series: attempts({ retry: 6, sent: 2 }),
        at: 20,
        labels: ofPager,
        summary: 'The receiver of pager fails',
        description: '75% of the attempts to notify by pager failed and are repeated.',
      },
    ],
    quiet: [{ series: attempts({ retry: 1, sent: 9 }), at: 20 }],
  },
  TocsinPagesSlow: {
    fires: [
      {
        series: pages('P1', { 60: '0x60', 120: '0+1x60' }),
        at: 45,
        labels: { job: 'tocsin' },
        summary: 'Pages come late',
        description: 'From a P1 alert to the first notification it takes 1m 57s (95th percentile).',
      },
    ],
    quiet: [
      { series: pages('P1', { 60: '0+1x60' }), at: 45 },
      { series: pages('P3', { 60: '0x60', 120: '0+1x60' }), at: 45 },
    ],
  },
};

function attempts(perMinute: { readonly retry: number; readonly sent: number }) {
  const count = (outcome: string): string =>
    `tocsin_notification_attempts_total{${here},notifier="pager",outcome="${outcome}"}`;
  return { [count('retry')]: `0+${perMinute.retry}x30`, [count('sent')]: `0+${perMinute.sent}x30` };
}

function pages(priority: string, buckets: Readonly<Record<string, string>>) {
  return histogram('tocsin_alert_to_notification_seconds', `${here},priority="${priority}"`, buckets);
}

const breaches = (priority: string): string =>
  `tocsin_sla_breaches_total{${here},priority="${priority}",tier="L2",clock="acknowledge"}`;

const free = `tocsin_data_disk_free_bytes{${here}}`;
const size = `tocsin_data_disk_size_bytes{${here}}`;

const rest: Readonly<Record<string, AlertCase>> = {
  TocsinSlaBreachBurst: {
    fires: [
      {
        series: { [breaches('P1')]: '0x29 3x30', [breaches('P2')]: '0x29 4x30' },
        at: 40,
        labels: { job: 'tocsin' },
        summary: 'Many SLA clocks run out',
        description: '7 SLA clocks of P1 and P2 incidents ran out in an hour.',
      },
    ],
    quiet: [{ series: { [breaches('P1')]: '0x29 2x30', [breaches('P4')]: '0x29 9x30' }, at: 40 }],
  },
  TocsinDataDiskFills: {
    fires: [
      {
        series: { [free]: '290-0.25x500', [size]: '1000x500' },
        at: 420,
        labels: ofInstance,
        summary: 'The data disk of Tocsin fills',
        description: 'At this rate the data disk of t:8080 is full within a day.',
      },
    ],
    quiet: [
      { series: { [free]: '290-0.02x500', [size]: '1000x500' }, at: 420 },
      { series: { [free]: '900-1x500', [size]: '1000x500' }, at: 420 },
    ],
  },
  TocsinDataDiskFull: {
    fires: [
      {
        series: { [free]: '40x20', [size]: '1000x20' },
        at: 10,
        labels: ofInstance,
        summary: 'The data disk of Tocsin is almost full',
        description: '4% of the data disk of t:8080 is free. When it is full, no alert is taken.',
      },
    ],
    quiet: [{ series: { [free]: '60x20', [size]: '1000x20' }, at: 10 }],
  },
};

export const outwardAlertCases: Readonly<Record<string, AlertCase>> = { ...notifications, ...rest };
