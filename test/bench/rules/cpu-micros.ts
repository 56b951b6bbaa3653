/** CPU time of all threads while something runs, in microseconds. */
export function cpuMicros(run: () => void): number {
  const begun = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}
