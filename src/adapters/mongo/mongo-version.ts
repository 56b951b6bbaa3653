import type { Db } from 'mongodb';
import { TocsinError } from '../../app/tocsin-error.js';

const OLDEST = 5;

export async function refuseOldVersion(db: Db, doing: string): Promise<void> {
  const { version } = (await db.command({ buildInfo: 1 })) as { version: string };
  if (!isTooOld(version)) return;
  throw new TocsinError(`${doing}: ${tooOld(version)}.`, { code: 'store-refused', retriable: false });
}

export function isTooOld(version: string): boolean {
  return !(Number.parseInt(version, 10) >= OLDEST);
}

export function tooOld(version: string): string {
  return `the server is version ${version}, and Tocsin needs ${OLDEST}.0 or newer. Upgrade the server`;
}
