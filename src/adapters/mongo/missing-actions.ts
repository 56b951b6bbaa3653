/** What a user may do where, as `connectionStatus` tells it. */
export interface Privilege {
  readonly resource: {
    readonly db?: string;
    /** '' means all of the database, and all databases where `db` is '' too. */
    readonly collection?: string;
    readonly anyResource?: boolean;
  };
  readonly actions: readonly string[];
}

/** What Tocsin does with its database; the role readWrite allows all of it. */
const needed = [
  'find',
  'insert',
  'update',
  'remove',
  'createCollection',
  'createIndex',
  'listCollections',
  'listIndexes',
] as const;

/** Those that no privilege allows on all of the database. */
export function missingActions(privileges: readonly Privilege[], database: string): readonly string[] {
  const allowed = new Set(
    privileges.filter(({ resource }) => covers(resource, database)).flatMap(({ actions }) => actions),
  );
  return allowed.has('anyAction') ? [] : needed.filter((action) => !allowed.has(action));
}

function covers({ db, collection, anyResource }: Privilege['resource'], database: string): boolean {
  return anyResource === true || ((db === database || db === '') && collection === '');
}
