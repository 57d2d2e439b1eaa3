/** Something that happens next at an instant; of two at the same instant the smaller id comes first. */
export interface Due {
  readonly id: number;
  readonly at: number;
}

/** A binary heap: what is due first is on top. */
export class Agenda<T extends Due> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** What is due first. */
  get top(): T | undefined {
    return this.#heap[0];
  }

  push(entry: T): void {
    let slot = this.#heap.push(entry) - 1;
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1;
      const parent = this.#heap[parentSlot];
      if (parent === undefined || !isBefore(entry, parent)) break;
      this.#heap[slot] = parent;
      slot = parentSlot;
    }
    this.#heap[slot] = entry;
  }

  /** Takes the top off. */
  pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.settleTop();
  }

  /** Puts the top where it belongs after its time has changed. */
  settleTop(): void {
    const heap = this.#heap;
    const entry = heap[0];
    if (entry === undefined) return;
    let slot = 0;
    for (;;) {
      const left = heap[2 * slot + 1];
      if (left === undefined) break;
      const right = heap[2 * slot + 2];
      const takesRight = right !== undefined && isBefore(right, left);
      const child = takesRight ? right : left;
      if (!isBefore(child, entry)) break;
      heap[slot] = child;
      slot = 2 * slot + (takesRight ? 2 : 1);
    }
    heap[slot] = entry;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}
