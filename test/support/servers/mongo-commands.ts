const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Header, flags, the kind of the first section, the length of its document and the type of its first element. */
const NAME_AT = HEADER_BYTES + 4 + 1 + 4 + 1;

/** Finds the names of the commands in what a client sends to a MongoDB server, chunk by chunk as it comes. */
export function readCommandNames(): (chunk: Buffer) => readonly string[] {
  let rest: Buffer = Buffer.alloc(0);
  /** Of the message under way, whose name was read. */
  let skip = 0;
  return (chunk) => {
    const names: string[] = [];
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const skipped = Math.min(skip, rest.length);
      rest = rest.subarray(skipped);
      skip -= skipped;
      if (skip > 0 || rest.length < NAME_AT) return names;
      const name = nameOf(rest);
      if (name === undefined) return names;
      if (name !== null) names.push(name);
      skip = rest.readInt32LE(0);
    }
  };
}

/** undefined: more of the message must come first. null: it is of an older kind, as the first of a connection. */
function nameOf(message: Buffer): string | null | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return null;
  const end = message.indexOf(0, NAME_AT);
  return end < 0 ? undefined : message.toString('utf8', NAME_AT, end);
}
