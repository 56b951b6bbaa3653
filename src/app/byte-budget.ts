/** Bounds how many bytes may be held at once for some purpose, so that load can't eat the memory. */
export interface ByteBudget {
  /** False, and nothing taken, when it would go over the limit. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  readonly used: number;
}

export function createByteBudget(limit: number): ByteBudget {
  let used = 0;
  return {
    take: (bytes) => {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    give: (bytes) => {
      used -= bytes;
    },
    get used() {
      return used;
    },
  };
}
