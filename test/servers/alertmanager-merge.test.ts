import { expect } from 'chai';
import { type Alertmanager, startAlertmanager } from '../support/servers/alertmanager.js';
import { skipUnlessAvailable } from '../support/servers/skip-unless-available.js';
import { waitUntil } from '../support/servers/wait-until.js';
import { type AlertView, readAll } from '../support/tocsin-client.js';
import { startTocsin, type TocsinProcess } from '../support/tocsin-process.js';

/** One message about the alert, its times in seconds from now. Absent = not sent. */
interface Message {
  readonly start?: number;
  readonly end?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

const MINUTE = 60;

/** What senders say one after the other about one alert each; the name becomes its alertname. */
const stories: Readonly<Record<string, readonly Message[]>> = {
  'no times at all': [{}],
  'a start': [{ start: -10 * MINUTE }],
  'the same alert twice': [{ start: -10 * MINUTE }, { start: -10 * MINUTE }],
  'a repeat with a later start': [{ start: -10 * MINUTE }, { start: -5 * MINUTE }],
  'a repeat with an earlier start': [{ start: -5 * MINUTE }, { start: -10 * MINUTE }],
  'a repeat without a start': [{ start: -10 * MINUTE }, {}],
  'an end ahead': [{ start: -10 * MINUTE, end: 10 * MINUTE }],
  'an end that passes unsaid': [{ start: -10 * MINUTE, end: 2 }],
  'an end put off': [
    { start: -10 * MINUTE, end: 2 },
    { start: -10 * MINUTE, end: 10 * MINUTE },
  ],
  'fires, then resolves': [{ start: -10 * MINUTE }, { start: -10 * MINUTE, end: -MINUTE }],
  'resolves without having fired': [{ start: -10 * MINUTE, end: -MINUTE }],
  'only an end in the past': [{ end: -MINUTE }],
  'resolves, then fires anew': [
    { start: -10 * MINUTE },
    { start: -10 * MINUTE, end: -5 * MINUTE },
    { start: -2 * MINUTE },
  ],
  'resolves twice, then fires anew': [
    { start: -10 * MINUTE },
    { start: -10 * MINUTE, end: -5 * MINUTE },
    { start: -9 * MINUTE, end: -4 * MINUTE },
    { start: -2 * MINUTE },
  ],
  'a label with an empty value': [{ start: -10 * MINUTE, labels: { team: '' } }],
  'labels of every kind': [
    {
      start: -10 * MINUTE,
      labels: { zone: 'ünï', emoji: '🙂', A: 'upper', __x: '', long: 'x'.repeat(5_000) },
    },
  ],
};

/** The name of an alert told last: once it is seen, everything before it has been read. */
const LAST_WORD = 'the last word';

/** Times that a server takes from its own clock differ by as much as the requests are apart. */
const CLOCK_TOLERANCE_MS = 5_000;

interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly startsAt: string;
}

describe('What fires after a story told to Alertmanager and to Tocsin', function () {
  this.timeout(60_000);
  let alertmanager: Alertmanager | undefined;
  let tocsin: TocsinProcess | undefined;
  let theirs: ReadonlyMap<string, Firing>;
  let ours: ReadonlyMap<string, Firing>;

  before(async function () {
    this.timeout(300_000); // it may have to be downloaded
    alertmanager = await skipUnlessAvailable(this, () => startAlertmanager());
    tocsin = await startTocsin({ rulesDir: 'test/fixtures/bundles-live/shop' });
    const now = Date.now();
    for (const [name, messages] of Object.entries(stories)) {
      for (const message of messages) {
        await tell(alertmanager.url, postable(name, message, now));
        await tell(tocsin.url, postable(name, message, now));
      }
    }
    await tell(tocsin.url, postable(LAST_WORD, {}, now));
    theirs = await firingAtAlertmanager(alertmanager.url);
    ours = await firingAtTocsin(tocsin.url);
  });

  after(async () => {
    await alertmanager?.stop();
    await tocsin?.stop();
  });

  for (const name of Object.keys(stories)) {
    it(`is the same: ${name}`, () => {
      const expected = theirs.get(name);
      const found = ours.get(name);
      expect(found && { labels: found.labels, fingerprint: found.fingerprint }).to.deep.equal(
        expected && { labels: expected.labels, fingerprint: expected.fingerprint },
      );
      if (found === undefined || expected === undefined) return;
      expect(Date.parse(found.startsAt)).to.be.closeTo(Date.parse(expected.startsAt), CLOCK_TOLERANCE_MS);
    });
  }

  it('includes alerts and leaves others out, so that the comparison means something', () => {
    expect(theirs.size).to.be.within(8, Object.keys(stories).length - 4);
  });
});

function postable(alertname: string, message: Message, now: number): object {
  const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
  return {
    labels: { alertname, ...message.labels },
    ...(message.start === undefined ? {} : { startsAt: at(message.start) }),
    ...(message.end === undefined ? {} : { endsAt: at(message.end) }),
  };
}

async function tell(base: string, alert: object): Promise<void> {
  const response = await fetch(`${base}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  expect(response.status, await response.text()).to.equal(200);
}

/** Once the end that passes unsaid has passed. */
async function firingAtAlertmanager(base: string): Promise<Map<string, Firing>> {
  return waitUntil({ what: 'the alert with a near end to be gone', timeoutMs: 20_000 }, async () => {
    const firing = byName((await (await fetch(`${base}/api/v2/alerts`)).json()) as Firing[]);
    return firing.has('an end that passes unsaid') ? undefined : firing;
  });
}

async function firingAtTocsin(base: string): Promise<Map<string, Firing>> {
  return waitUntil(
    { what: 'every story to be read and the near end to have passed', timeoutMs: 20_000 },
    async (seen) => {
      const alerts = await readAll<AlertView>(`${base}/api/v1/alerts`);
      seen(alerts);
      const firing = byName(alerts.filter(({ status }) => status === 'firing'));
      return firing.has(LAST_WORD) && !firing.has('an end that passes unsaid') ? firing : undefined;
    },
  );
}

function byName(alerts: readonly Firing[]): Map<string, Firing> {
  return new Map(alerts.map((alert) => [alert.labels['alertname']!, alert]));
}
