import { sendJson } from './send-json.js';

const over = {
  matchers: ['committed="?"'],
  endsAt: '2000-01-01T00:00:00.000Z',
  comment: 'Is all before this committed?',
};

/**
 * Resolves once everything acknowledged so far can be read. Asks for a silence that the engine refuses because it is over:
 * the command goes through the log behind everything else, and the refusal is answered only when it is committed.
 */
export async function committed(url: string): Promise<void> {
  const { status, body } = await sendJson<{ reason?: string }>(`${url}/api/v1/silences`, { body: over });
  if (body.reason === 'silence-ends-in-the-past') return;
  throw new Error(`A silence that is over was answered ${status}: ${JSON.stringify(body)}`);
}
