import { noAlerts } from '../../src/domain/alert/alert-tally.js';
import type { ApiServer } from './api-server.js';
import {
  sampleAlert,
  sampleDeadLetter,
  sampleEvent,
  sampleIncident,
  sampleOutcome,
  sampleReport,
  sampleSilence,
} from './sample-documents.js';
import { sampleNotification } from './sample-notification.js';
import { ref, sampleIntake, sampleRules } from './sample-rules.js';

/** Gives an API one document of each kind, which `sampleAddress` names. */
export function fillWithSamples(api: ApiServer): void {
  const { documents } = api.views;
  documents.incidents.push(sampleIncident());
  documents.alerts.push(sampleAlert(), sampleReport());
  documents.silences.push(sampleSilence());
  documents.timeline.push(sampleEvent());
  documents.outcomes.push(sampleOutcome());
  documents.deadLetters.push(sampleDeadLetter());
  documents.tallies.push({ ...noAlerts, hour: 0, received: 1, suppressed: { silence: 1 } });
  documents.waiting.push({ notification: sampleNotification(), attempts: 0, nextAttemptAt: 0 });
  const catalogue = [{ ref: ref('errors'), kind: 'classify', title: 'Errors' }];
  api.script.rules = { ...api.script.rules, current: () => sampleRules({ catalogue, intake: sampleIntake }) };
}

const { id: deadLetter } = sampleDeadLetter();

const samples: Readonly<Record<string, string>> = {
  '/api/v1/commands/{id}': 'command-1',
  '/api/v1/alerts/{fingerprint}': '5ae90ff6f82ebe6b',
  '/api/v1/silences/{id}': 'silence-1',
  '/api/v1/dead-letters/{id}': deadLetter,
  '/api/v1/dead-letters/{id}/replay': deadLetter,
  '/api/v1/reports/{receipt}': 'R-17bb0c5c4f7ad1b1',
  '/webhooks/{source}': 'alertmanager',
};

/** A path of docs/openapi.yaml with the id of a sample filled in. */
export function sampleAddress(path: string): string {
  return path.replace(/\{\w+\}/, samples[path] ?? 'INC-42');
}
