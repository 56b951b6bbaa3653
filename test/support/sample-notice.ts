import type { ChangeNotice } from '../../src/app/change-notice.js';

/** Commit 8 after the one that the test API begins with: one incident changed. */
export function sampleNotice(changes: Partial<ChangeNotice> = {}): ChangeNotice {
  const number = changes.number ?? 8;
  return {
    number,
    position: number * 10,
    at: Date.UTC(2026, 0, 5, 9, 0, 1),
    rules: 'sample',
    incidents: [
      {
        id: 'INC-42',
        title: 'Störung',
        state: 'new',
        priority: 'P1',
        tier: 'L2',
        team: 'payments',
        service: 'checkout',
        assignee: null,
      },
    ],
    timelines: [],
    alerts: [],
    silences: [],
    omitted: { incidents: 0, timelines: 0, alerts: 0, silences: 0 },
    ...changes,
  };
}

export const alertChange: ChangeNotice['alerts'][number] = {
  fingerprint: '5ae90ff6f82ebe6b',
  title: 'DiskFull',
  status: 'firing',
  severity: 'warning',
  service: null,
  category: 'storage/capacity',
  incident: 'INC-42',
  suppressed: false,
};
