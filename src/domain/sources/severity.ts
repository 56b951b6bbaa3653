import type { Severity } from '../alert/alert.js';

/**
 * The words that senders use, lower case. From the Prometheus mixins, syslog, PagerDuty, Opsgenie, Nagios and the
 * P and SEV ladders, where 1 is the worst. Formats whose ladder means something else map it in their own source file.
 */
const words: Readonly<Record<Severity, readonly string[]>> = {
  critical: [
    ...['critical', 'crit', 'fatal', 'emergency', 'emerg', 'panic', 'alert', 'page', 'disaster', 'urgent'],
    ...['blocker', 'p0', 'p1', 'sev0', 'sev1', 'sev-0', 'sev-1', 's0', 's1'],
  ],
  error: ['error', 'err', 'high', 'major', 'severe', 'p2', 'sev2', 'sev-2', 's2'],
  warning: [
    ...['warning', 'warn', 'medium', 'moderate', 'average', 'minor', 'ticket'],
    ...['p3', 'sev3', 'sev-3', 's3'],
  ],
  info: [
    ...['info', 'informational', 'information', 'notice', 'low', 'debug', 'trivial'],
    ...['p4', 'p5', 'sev4', 'sev5', 'sev-4', 'sev-5', 's4', 's5'],
  ],
  none: ['none'],
};

const bySeverityWord: ReadonlyMap<string, Severity> = new Map(
  Object.entries(words).flatMap(([severity, list]) =>
    list.map((word): [string, Severity] => [word, severity as Severity]),
  ),
);

/**
 * What the sender's own word means, whatever its case. A missing or unknown word is a `warning`: somebody should look,
 * nobody should be woken up. The word itself stays in the sender's label.
 */
export function severityOf(word: string | undefined): Severity {
  if (word === undefined) return 'warning';
  return bySeverityWord.get(word) ?? bySeverityWord.get(word.trim().toLowerCase()) ?? 'warning';
}
