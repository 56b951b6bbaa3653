import { Buffer } from 'node:buffer';

/** Minutes that a series fires and rests in turn; each series begins elsewhere in the round. */
const firesFor = 90;
const restsFor = 30;
/** Pods come and go: after so many minutes a series has a new name. */
const livesFor = 2 * (firesFor + restsFor);

const batch = 100;
const minuteMs = 60_000;

/**
 * What Prometheus would send in one simulated minute: every series that fires, and those that have just stopped, in bodies
 * of `POST /api/v2/alerts`. All are warnings: what is worse would wait for a person to close it.
 */
export function bodiesOfMinute(of: {
  readonly series: number;
  readonly minute: number;
  readonly start: number;
  /** What the simulated clock says, which may be a little ahead of the minute. */
  readonly now: number;
}): readonly Buffer[] {
  const alerts: object[] = [];
  for (let n = 0; n < of.series; n += 1) {
    const alert = alertOf({ n, ...of });
    if (alert !== null) alerts.push(alert);
  }
  const bodies: Buffer[] = [];
  for (let at = 0; at < alerts.length; at += batch)
    bodies.push(Buffer.from(JSON.stringify(alerts.slice(at, at + batch))));
  return bodies;
}

function alertOf(of: {
  readonly n: number;
  readonly minute: number;
  readonly start: number;
  readonly now: number;
}): object | null {
  const age = of.minute + of.n * 7;
  const inRound = age % (firesFor + restsFor);
  if (inRound > firesFor) return null;
  const life = Math.floor(age / livesFor);
  const namespace = `team-${of.n % 40}`;
  return {
    annotations: { summary: `Pod ${namespace}/pod-${of.n}-${life} is restarting again and again` },
    startsAt: new Date(of.start + (of.minute - inRound) * minuteMs).toISOString(),
    endsAt: new Date(inRound === firesFor ? of.now : of.now + 4 * minuteMs).toISOString(),
    generatorURL: 'http://prometheus.example/graph',
    labels: {
      alertname: of.n % 3 === 0 ? 'KubePodCrashLooping' : 'KubePodNotReady',
      cluster: 'prod-eu-1',
      namespace,
      pod: `pod-${of.n}-${life}`,
      severity: 'warning',
    },
  };
}
