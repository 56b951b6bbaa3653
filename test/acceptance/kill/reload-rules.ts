import { writeAcceptanceBundle, type AcceptanceBundle } from '../../support/acceptance-bundle.js';
import { fateOf, trySend, untilKilled, type Round } from './round.js';

/** Changes the bundle on disk and has it read, again and again. Editions take turns, so revisions come back. */
export function reloadRules(round: Round, bundle: AcceptanceBundle): Promise<void> {
  return untilKilled(round, [100, 400], async () => {
    const { ledger } = round;
    ledger.edition = (ledger.edition + 1) % 3;
    await writeAcceptanceBundle(round.rulesDir, { ...bundle, edition: ledger.edition });
    const answer = await trySend<{ revision: string }>(round, '/api/v1/rules/reload', {});
    if (answer === null) return;
    fateOf(answer, 'a reload');
    const revisions = ledger.revisions.get(ledger.edition) ?? new Set();
    ledger.revisions.set(ledger.edition, revisions.add(answer.body.revision));
  });
}
