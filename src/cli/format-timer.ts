import type { PresentedTimer } from '../adapters/http/present-trace.js';

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

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `+1h30m`, `+0s`. */
export function after(milliseconds: number): string {
  let rest = Math.max(0, milliseconds);
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return `+${text === '' ? '0s' : text}`;
}
