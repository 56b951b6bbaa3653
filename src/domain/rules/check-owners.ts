import { checkReference, type BundleSpot, type Entry, type KnownIds } from './bundle-spot.js';

/** Files an error for each `owner`, of a document or of a member of its lists and routes, that is no team. */
export function checkOwners(documents: readonly Entry<unknown>[], teams: KnownIds): void {
  for (const { raw, spot } of documents) checkOwner(raw, spot, teams);
}

/** Keys whose members are rules or objects with an owner; below other keys `owner` may be any label. */
const owned = [
  'lists',
  'matchers',
  'schedules',
  'teams',
  'services',
  'rules',
  'exceptions',
  'windows',
  'policies',
  'notifiers',
  'sources',
  'topics',
  'root',
  'routes',
];

function checkOwner(raw: unknown, spot: BundleSpot, teams: KnownIds): void {
  if (typeof raw !== 'object' || raw === null) return;
  if ('owner' in raw && typeof raw.owner === 'string') {
    checkReference(spot.at('owner'), { what: 'team', id: raw.owner, known: teams });
  }
  for (const [key, value] of Object.entries(raw) as [string, unknown][]) {
    if (!owned.includes(key)) continue;
    if (!Array.isArray(value)) checkOwner(value, spot.at(key), teams);
    else for (const [index, member] of value.entries()) checkOwner(member, spot.at(key, index), teams);
  }
}
