/** Sum of all series of one metric in a Prometheus text page; null when the page has none. Labels filter by exact value. */
export function sumOfMetric(
  page: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum: number | null = null;
  for (const line of page.split('\n')) {
    if (!line.startsWith(name)) continue;
    const rest = line.slice(name.length);
    if (!rest.startsWith('{') && !rest.startsWith(' ')) continue;
    const labelText = rest.startsWith('{') ? rest.slice(1, rest.lastIndexOf('}')) : '';
    if (!wanted.every((pair) => `,${labelText},`.includes(`,${pair},`))) continue;
    sum = (sum ?? 0) + Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}
