import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** User and system time since the process began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Clock ticks a second, in which /proc counts CPU time. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Reads /proc, so it works on Linux only. All threads of the process are counted, its children are not. */
export function readProcessUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold anything; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (Number.isNaN(ticks) || resident === undefined)
    throw new Error(`Cannot read the usage of process ${pid} in /proc.`);
  return { cpuMs: (ticks * 1_000) / ticksPerSecond, residentBytes: Number(resident) * 1_024 };
}

/** CPU time that all programs of the machine have used since it began, on all of its cores. */
export function readMachineCpuMs(): number {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number];
  return ((user + nice + system + irq + softirq) * 1_000) / ticksPerSecond;
}
