import type { PresentedTimer } from '../adapters/http/present-trace.js';
import { formatDuration } from '../domain/rules/duration.js';

/** What will happen by itself, with how long after the trace's instant. */
export function formatTimer(timer: PresentedTimer, traceAt: string): string {
  return `${after(Date.parse(timer.at) - Date.parse(traceAt))}  ${what(timer)}  ${timer.at}`;
}

function what(timer: PresentedTimer): string {
  switch (timer.kind) {
    case 'hold-ends':
      return 'the hold ends';
    case 'expires':
      return 'expires if nothing more is heard';
    case 'sla':
      return `SLA ${timer.clock} is due`;
    case 'step': {
      const { step, tier, team, channels, ifNot } = timer;
      const unless = ifNot === null ? '' : ` unless ${ifNot}`;
      return `step ${step}: ${channels.join(' and ')} ${team} (${tier})${unless}`;
    }
  }
}

/** In whole seconds: `+1h30m`, `+0s`. */
function after(milliseconds: number): string {
  return `+${formatDuration(1_000 * Math.floor(Math.max(0, milliseconds) / 1_000))}`;
}
