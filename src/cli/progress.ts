import type { CopyProgress } from '../app/copy-everything.js';

/** How long work goes on without a word, in ms, before it tells how far it is. */
const quietMs = 500;

interface Progress {
  readonly show: (text: string) => void;
  readonly end: () => void;
}

/** Tells on stderr how far long work is: one line that changes on a terminal, nothing elsewhere. Short work says nothing. */
export function createProgress(): Progress {
  const stream = process.stderr;
  const startedAt = performance.now();
  let shownAt: number | null = null;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - (shownAt ?? startedAt) < (shownAt === null ? quietMs : 100)) return;
      shownAt = now;
      stream.write(`\r\u001b[K${text}`);
    },
    end() {
      if (shownAt !== null) stream.write('\r\u001b[K');
    },
  };
}

export function showCopied({ show }: Pick<Progress, 'show'>): (copied: CopyProgress) => void {
  return ({ shard, documents, records }) => {
    show(`shard ${shard}: ${documents} documents, ${records} records of the log`);
  };
}
