/** So many texts lie side by side before they are told apart by their next letter. */
const mostSideBySide = 8;

interface Node<T> {
  /** Those that end here, and as long as there are few all that go on. */
  texts: { readonly text: string; readonly item: T }[];
  next: Map<number, Node<T>> | null;
}

/** Finds which of many texts begin at a place of another text. */
export interface TextTrie<T> {
  /** Adds the items of all texts that begin at `start` to `into`. */
  find(within: string, start: number, into: T[]): void;
}

export function createTextTrie<T>(items: ReadonlyMap<string, T>): TextTrie<T> {
  const root: Node<T> = { texts: [], next: null };
  for (const [text, item] of items) insert(root, { text, item }, 0);
  return {
    find(within, start, into) {
      let node: Node<T> | undefined = root;
      for (let depth = 0; node !== undefined; depth += 1) {
        for (const { text, item } of node.texts) if (within.startsWith(text, start)) into.push(item);
        if (node.next === null || start + depth >= within.length) return;
        node = node.next.get(within.charCodeAt(start + depth));
      }
    },
  };
}

function insert<T>(root: Node<T>, entry: Node<T>['texts'][number], from: number): void {
  let node = root;
  let depth = from;
  while (node.next !== null && depth < entry.text.length) {
    node = child(node.next, entry.text.charCodeAt(depth));
    depth += 1;
  }
  node.texts.push(entry);
  if (node.next !== null || node.texts.length <= mostSideBySide) return;
  const { texts } = node;
  node.texts = texts.filter(({ text }) => text.length === depth);
  node.next = new Map();
  for (const each of texts) if (each.text.length > depth) insert(node, each, depth);
}

function child<T>(next: Map<number, Node<T>>, letter: number): Node<T> {
  let node = next.get(letter);
  if (node === undefined) next.set(letter, (node = { texts: [], next: null }));
  return node;
}
