import { access, chmod, readFile, rename, writeFile } from 'node:fs/promises';

/**
 * A copy of a program, beside it, that looks for its own files in `to` instead of `from`: for one that was built to find them
 * at a fixed place and is run where it was unpacked. `to` may be relative to the working directory and is not longer than
 * `from`. Returns the copy's path; a copy that is there is taken as it is.
 */
export async function relocateProgram(
  path: string,
  place: { readonly from: string; readonly to: string },
): Promise<string> {
  const { from, to } = place;
  if (to.length > from.length) throw new Error(`${to} does not fit in the place of ${from}`);
  const copy = `${path}.relocated`;
  const made = await access(copy).then(
    () => true,
    () => false,
  );
  if (made) return copy;
  const bytes = await readFile(path);
  // The program knows the length of its texts: what is shorter is filled with slashes, which mean nothing in a path.
  const filled = Buffer.from(to.padEnd(from.length, '/'));
  let found = 0;
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + from.length)) {
    filled.copy(bytes, at);
    found += 1;
  }
  if (found === 0) throw new Error(`${path} does not name ${from}`);
  const unfinished = `${copy}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await chmod(unfinished, 0o755);
  await rename(unfinished, copy);
  return copy;
}
