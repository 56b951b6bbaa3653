import { nearestName } from './nearest-name.js';

/** What to say of a time zone that there is not, with the one that was most likely meant. */
export function tellUnknownZone(wanted: string): { readonly message: string; readonly hint: string } {
  const nearest = nearestZone(wanted, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  return {
    message: `there is no time zone "${wanted}"`,
    hint: nearest === null ? 'write an IANA name such as Europe/Lisbon or UTC' : `did you mean "${nearest}"?`,
  };
}

/** People also write the city alone. */
function nearestZone(wanted: string, zones: readonly string[]): string | null {
  const city = wanted.toLowerCase().replaceAll(' ', '_');
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearestName(wanted, zones);
}
