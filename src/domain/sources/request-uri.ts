// What Go's `url.ParseRequestURI` looks at. Control characters of ASCII are refused everywhere, those beyond it nowhere. A
// fragment is not split off: in a path its escapes have to be whole, and behind a host without a path it is an error.

/** An authority, captured, and the path and query behind it. */
const withAuthority =
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([ -.0->@-~\u0080-\uffff]*)(?:\/[ -$&->@-~\u0080-\uffff]*(?:%[0-9A-Fa-f]{2}[ -$&->@-~\u0080-\uffff]*)*)?(?:\?[ -~\u0080-\uffff]*)?$/;

const rootedPath =
  /^(?:[A-Za-z][A-Za-z0-9+.-]*:(?!\/\/))?\/[ -$&->@-~\u0080-\uffff]*(?:%[0-9A-Fa-f]{2}[ -$&->@-~\u0080-\uffff]*)*(?:\?[ -~\u0080-\uffff]*)?$/;

/** Without a slash behind the scheme, whatever there is. */
const opaque = /^[A-Za-z][A-Za-z0-9+.-]*:(?:(?!\/)[ -~\u0080-\uffff]+)?$/;

/** User and password, both with whole escapes, up to the last `@`. */
const user = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*$/;

/** What a host is made of, colons too. An escape in it is a byte beyond ASCII or the percent sign itself. */
const hostCharacters = /^(?:[\w.~!$&'()*+,;=:<>"[\]\u0080-\uffff-]|%(?:25|[89A-Fa-f][0-9A-Fa-f]))*$/;

/** An address in brackets or a name, and behind the last colon digits. */
const hostAndPort = /^(?:\[.*\](?::\d*)?|(?!\[)(?:[^:]*|.*:\d*))$/s;

/** Nearly all that senders send; the rest is taken apart. */
const usual = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]*)?(?:\?[ -~]*)?$/;

/** Whether Go takes the text for the address of a request: a URL with a scheme, a rooted path, or `*`. */
export function isRequestUri(text: string): boolean {
  if (usual.test(text)) return true;
  const authority = withAuthority.exec(text)?.[1];
  if (authority !== undefined) return isAuthority(authority);
  return rootedPath.test(text) || opaque.test(text) || text === '*';
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  return (at < 0 || user.test(authority.slice(0, at))) && hostCharacters.test(host) && hostAndPort.test(host);
}
