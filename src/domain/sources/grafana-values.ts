type Values = Readonly<Record<string, number>>;

/** More of a text than this is not looked at. */
const longestText = 65_536;

/** One measurement, such as `[ var='B' labels={instance=db-1} value=22.5 ]`. Names and labels end it, so it runs in linear time. */
const measurement =
  /\[ (?:var|metric)='([^'\]]*)'(?: metric='[^'\]]*')?(?: labels=\{[^{}]*\})? value=([-+.\deE]+) \]/g;

/**
 * What Grafana measured, by name; null for nothing. Given as an object since Grafana 9.2, as a text before, in which a
 * measurement without a name is called `value`. Of two with one name the first counts.
 */
export function measuredValues(
  given: Readonly<Record<string, number | null>> | string | undefined,
): Values | null {
  const named = typeof given === 'string' ? [...readText(given)].reverse() : Object.entries(given ?? {});
  const finite = named.filter((one): one is [string, number] => one[1] !== null && Number.isFinite(one[1]));
  return finite.length === 0 ? null : Object.fromEntries(finite);
}

function* readText(text: string): Generator<[string, number]> {
  for (const [, name = '', value = ''] of text.slice(0, longestText).matchAll(measurement))
    yield [name === '' ? 'value' : name, Number(value)];
}
