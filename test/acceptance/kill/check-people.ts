import { expect } from 'chai';
import type { Ledger } from './ledger.js';
import type { WholeState } from '../../support/whole-state.js';

const eventOf: Readonly<Record<string, string>> = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  resolve: 'resolved',
};

/** However often a command was sent under its key, it has happened once, and every answer named the same thing. */
export function checkCommands(ledger: Ledger, state: WholeState): void {
  const notes = new Map<string, number>();
  for (const events of state.timelines.values()) {
    for (const { type, detail } of events) {
      if (type === 'noted') notes.set(String(detail['text']), (notes.get(String(detail['text'])) ?? 0) + 1);
    }
  }
  for (const command of ledger.commands) {
    expect(command.fate, `the fate of ${command.key} after it was sent again`).to.equal('acknowledged');
    expect(
      command.ids.size,
      `what the answers to ${command.key} named: ${[...command.ids].join(', ')}`,
    ).to.equal(1);
    expect(countEffects(command, { state, notes }), `effects of ${command.name} ${command.key}`).to.equal(1);
  }
}

function countEffects(
  command: Ledger['commands'][number],
  found: { readonly state: WholeState; readonly notes: ReadonlyMap<string, number> },
): number {
  if (command.name === 'note') return found.notes.get(command.subject) ?? 0;
  if (command.name === 'silence') {
    return found.state.silences.filter(({ comment }) => comment === command.subject).length;
  }
  const events = found.state.timelines.get(command.subject) ?? [];
  return events.filter(({ type }) => type === eventOf[command.name]).length;
}
