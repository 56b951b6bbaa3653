import type { ExplainAlerts } from '../../app/explain-alert.js';
import type { CheckBody, Clock, Views } from '../../app/ports.js';
import type { ReplayDeadLetter } from '../../app/replay-dead-letter.js';
import type { RulesDesk } from '../../app/reload-rules.js';
import type { SubmitCommand } from '../../app/submit-command.js';
import type { SummarizeIncidents } from '../../app/summarize-incidents.js';
import type { Emit } from '../../app/telemetry-events.js';
import type { ChangeStreams } from './change-streams.js';

/** What the API needs from the rest of the service. */
export interface HttpDeps {
  readonly views: Views;
  readonly submit: SubmitCommand;
  readonly replay: ReplayDeadLetter;
  readonly rules: RulesDesk;
  readonly streams: Pick<ChangeStreams, 'open'>;
  readonly summarize: SummarizeIncidents;
  readonly explain: ExplainAlerts;
  readonly check: CheckBody;
  /** null: a 2xx could be honoured now; else why not, in words for people. */
  readonly ready: () => string | null;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly emit: Emit;
  readonly clock: Clock;
  /** A new unique id. */
  readonly newId: () => string;
}
