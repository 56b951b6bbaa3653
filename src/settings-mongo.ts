/** Where MongoDB is and how to get in. */
export interface MongoSettings {
  /** With user and password, if any: never shown. */
  readonly url: string;
  /** Named in the path of the URL, else `tocsin`. */
  readonly database: string;
}

export const mongoSettingNames = ['TOCSIN_MONGODB_URL', 'TOCSIN_MONGODB_URL_FILE'] as const;

export interface MongoSettingSource {
  /** Of the variable or of the file that `<name>_FILE` names; '' when there is none. Never shown. */
  secret(name: 'TOCSIN_MONGODB_URL'): string;
  problem(text: string): void;
}

/** null: no server is named. */
export function readMongoSettings(source: MongoSettingSource): MongoSettings | null {
  const url = source.secret('TOCSIN_MONGODB_URL').trim();
  if (url === '') return null;
  if (!hasOnePlaceForUser(url)) {
    source.problem(
      'TOCSIN_MONGODB_URL: user and password must be percent-encoded (@ as %40, / as %2F, : as %3A)',
    );
    return null;
  }
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+(?:\/([^?]*))?/.exec(url);
  if (path === null) {
    source.problem('TOCSIN_MONGODB_URL: expected mongodb://host:port or mongodb+srv://host');
    return null;
  }
  return { url, database: path[1] === undefined || path[1] === '' ? 'tocsin' : decodeURIComponent(path[1]) };
}

/** Else part of a password would be taken for a host, and shown. */
function hasOnePlaceForUser(url: string): boolean {
  const address = url.replace(/^[^:]*:\/\//, '').split('?', 1)[0] ?? '';
  const [authority = '', ...path] = address.split('/');
  return authority.split('@').length <= 2 && !path.join('/').includes('@');
}
