export type UnquotedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };

/** Puts a text in double quotes so that both grammars read it back unchanged. */
export function quoteLabelText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/**
 * A value in Alertmanager's classic grammar: `\n`, `\"` and `\\` are escapes, any other backslash is itself; double
 * quotes stand around the whole value or nowhere.
 */
export function unquoteClassic(raw: string): UnquotedText {
  const opened = raw.startsWith('"');
  const inner = opened ? raw.slice(1) : raw;
  let text = '';
  let closed = false;
  for (let index = 0; index < inner.length; index += 1) {
    const sign = inner.charAt(index);
    const next = inner.charAt(index + 1);
    if (closed || (sign === '"' && !opened)) return strayQuote(raw);
    if (sign === '"') {
      closed = true;
    } else if (sign === '\\' && (next === '"' || next === '\\' || next === 'n')) {
      text += next === 'n' ? '\n' : next;
      index += 1;
    } else {
      text += sign;
    }
  }
  return opened === closed ? { ok: true, text } : strayQuote(raw);
}

function strayQuote(raw: string): UnquotedText {
  const error = `matcher value contains unescaped double quote: ${raw}; write \\" for a quote inside the value`;
  return { ok: false, error };
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
]);

/** A name or value in the UTF-8 grammar: as it stands, or in double quotes with the escapes of a Go string. */
export function unquoteUtf8(raw: string): UnquotedText {
  if (!raw.startsWith('"')) return { ok: true, text: raw };
  const unknown: string[] = [];
  const text = raw
    .slice(1, -1)
    .replace(/\\(x[0-7][0-9a-fA-F]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])/g, (whole, code: string) => {
      const simple = simpleEscapes.get(code);
      if (simple !== undefined) return simple;
      const point = code.length > 1 ? Number.parseInt(code.slice(1), 16) : Number.NaN;
      const isScalar = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
      if (isScalar) return String.fromCodePoint(point);
      unknown.push(whole);
      return '';
    });
  const [first] = unknown;
  if (first === undefined) return { ok: true, text };
  return { ok: false, error: `unknown escape ${first} in ${raw}; write \\\\ for a backslash` };
}
