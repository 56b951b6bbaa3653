import type { Alert } from '../../src/domain/alert/alert.js';
import { deadLetterId, type DeadLetter } from '../../src/domain/alert/dead-letter.js';
import type { Incident } from '../../src/domain/incident/incident.js';
import type { TimelineEvent } from '../../src/domain/incident/timeline-event.js';
import type { Outcome } from '../../src/domain/triage/outcome.js';
import type { Silence } from '../../src/domain/triage/silence.js';

const nine = Date.UTC(2026, 0, 5, 9);
const minute = 60_000;

/** A plausible incident with every field set that may be; give what the test is about. */
export function sampleIncident(given: Partial<Incident> = {}): Incident {
  return {
    id: 'INC-42',
    number: 42,
    shard: null,
    title: 'Zahlung: Fehlerquote 5 % 🔥',
    state: 'acknowledged',
    priority: 'P1',
    impact: 'high',
    urgency: 'high',
    category: 'availability/errors',
    service: 'payment-api',
    services: ['payment-api', 'checkout'],
    tier: 'L2',
    team: 'payments',
    assignee: 'ada',
    policy: 'major',
    alsoNotify: ['incident-managers'],
    rule: { id: 'group-by-service', file: 'correlation/groups.yaml', line: 4 },
    route: { id: 'major', file: 'routing.yaml', line: 12 },
    root: '5ae90ff6f82ebe6b',
    openedAt: nine,
    firstAlertAt: nine - 1,
    lastAlertAt: nine + 3 * minute + 25,
    acknowledgedAt: nine + 2 * minute,
    mitigatedAt: null,
    resolvedAt: null,
    resolvedReason: null,
    closedAt: null,
    timeToAcknowledgeMs: 2 * minute,
    timeToResolveMs: null,
    heldMs: 0,
    heldSince: null,
    alertCount: 3,
    occurrenceCount: 4,
    reopenCount: 0,
    escalationCount: 0,
    suppressed: false,
    stale: false,
    sla: {
      acknowledge: {
        targetMs: 5 * minute,
        startedAt: nine,
        ...{ calendar: 'always', closed: [], pauses: [] },
        warned: 0,
        pausedAt: null,
        dueAt: nine + 5 * minute,
        state: 'met',
      },
      resolve: {
        targetMs: 240 * minute,
        startedAt: nine,
        ...{ calendar: 'always', closed: [], pauses: [] },
        warned: 0,
        pausedAt: nine + 10 * minute,
        dueAt: null,
        state: 'paused',
      },
    },
    resolutionKind: null,
    resolution: null,
    rootCause: null,
    review: null,
    pinned: ['urgency'],
    parent: 'INC-7',
    children: [],
    mergedInto: null,
    brought: [],
    splitOff: [],
    responders: [{ person: 'linus', by: 'ada', at: nine + 3 * minute }],
    major: {
      declaredAt: nine + 4 * minute,
      declaredBy: 'ada',
      commander: 'grace',
      communications: 'barbara',
      raised: true,
    },
    links: [{ title: 'OPS-7', url: 'https://tickets.example/OPS-7' }],
    group: null,
    escalation: {
      run: 1,
      policy: 'major',
      steps: [],
      repeat: null,
      warnAt: [],
      startedAt: nine,
      next: 0,
      taken: 0,
      repeats: 0,
      channels: [],
      informed: [],
      nextAt: null,
      waitingSince: null,
    },
    evidence: [
      {
        kind: 'dependency',
        of: 'payment-api',
        through: [],
        service: 'ledger',
        edge: 'hard',
        incident: 'INC-41',
        at: Date.UTC(2026, 0, 5, 9, 1),
      },
    ],
    told: [],
    undelivered: [],
    lowerAt: null,
    routeTurnsAt: null,
    autoResolveAt: null,
    autoCloseAt: null,
    reopenUntil: null,
    forgetAt: null,
    rulesRevision: '0123456789ab',
    ...given,
  };
}

/** A plausible alert of that incident. */
export function sampleAlert(given: Partial<Alert> = {}): Alert {
  return {
    fingerprint: '5ae90ff6f82ebe6b',
    source: 'prometheus',
    status: 'firing',
    severity: 'critical',
    title: 'Errors',
    labels: { alertname: 'Errors', service: 'payment-api', région: 'Zürich' },
    annotations: { summary: 'One in five fails' },
    values: { error_rate: 0.2 },
    raw: { generatorURL: 'http://prometheus.example/graph' },
    env: 'production',
    service: 'payment-api',
    category: 'availability/errors',
    impact: 'high',
    urgency: 'high',
    runbook: null,
    rule: { id: 'errors', file: 'classify.yaml', line: 7 },
    startsAt: nine,
    endsAt: null,
    receivedAt: nine + 5,
    lastSeenAt: nine + 3 * minute,
    occurrenceCount: 1,
    receivedCount: 4,
    suppressedBy: [{ kind: 'silence', id: 'silence-1', reason: 'load test' }],
    maintenance: null,
    hold: null,
    lingers: null,
    incident: 'INC-42',
    attached: false,
    countedIn: null,
    said: null,
    expiresAt: nine + 10 * minute,
    expiryAssumed: true,
    forgetAt: null,
    rulesRevision: '0123456789ab',
    ...given,
  };
}

/** A person's report in that incident. */
export function sampleReport(given: Partial<Alert> = {}): Alert {
  return sampleAlert({
    fingerprint: '17bb0c5c4f7ad1b1',
    source: 'person',
    severity: 'error',
    title: 'I can not pay',
    labels: { alertname: 'PersonReport', report: 'id-1', service: 'payment-api', impact: 'blocked' },
    raw: { summary: 'I can not pay', impact: 'blocked', contact: { name: 'Zoë', email: 'zoe@example.org' } },
    suppressedBy: [],
    expiresAt: null,
    ...given,
  });
}

/** A plausible silence. */
export function sampleSilence(given: Partial<Silence> = {}): Silence {
  return {
    id: 'silence-1',
    matchers: [{ name: 'service', value: 'payment-.*', isRegex: true, isEqual: true }],
    startsAt: nine,
    endsAt: nine + 120 * minute,
    createdBy: 'ada',
    comment: 'load test',
    createdAt: nine,
    updatedAt: nine,
    state: 'active',
    forgetAt: null,
    ...given,
  };
}

/** A plausible event of that incident. */
export function sampleEvent(given: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    incident: 'INC-42',
    seq: 0,
    at: nine,
    type: 'opened',
    by: 'tocsin',
    reason: 'grouped',
    rule: { id: 'group-by-service', file: 'correlation/groups.yaml', line: 4 },
    detail: { alert: '5ae90ff6f82ebe6b' },
    ...given,
  };
}

/** The outcome of a command that was applied. */
export function sampleOutcome(given: Partial<Outcome> = {}): Outcome {
  return {
    command: 'command-1',
    at: nine + 2 * minute,
    result: 'applied',
    reason: null,
    detail: null,
    subject: 'INC-42',
    idempotency: null,
    forgetAt: nine + 1442 * minute,
    ...given,
  };
}

/** A message of a topic that could not be read; its id goes with its origin. */
export function sampleDeadLetter(given: Partial<Omit<DeadLetter, 'id'>> = {}): DeadLetter {
  const origin = given.origin ?? { topic: 'alerts', partition: 3, incarnation: 1, offset: 17, at: nine };
  return {
    id: deadLetterId(origin),
    source: 'ci',
    reason: 'not-json',
    detail: 'Unexpected end of JSON input',
    origin,
    encoding: 'utf8',
    text: '{"labels": {',
    bytes: 12,
    cut: false,
    at: nine + minute,
    replayedAt: null,
    replayedBy: null,
    ...given,
  };
}
