const FREE_FROM = 4_096;
/** So many bytes behind any position are read, whatever is there. */
export const REACH = 16;
const TEXT_ENTRY_BYTES = 8;

/** Where a text lies. */
export interface PlacedText {
  readonly at: number;
  readonly length: number;
}

/** Texts in memory: `table` is where their places and lengths are. */
export interface PlacedTexts {
  readonly table: number;
  readonly count: number;
  readonly at: readonly PlacedText[];
}

/** Gives out places in the program's memory, and remembers what belongs there until there is one. */
export class Layout {
  /** The compiled program keeps what it needs below the first of them. */
  #next = FREE_FROM;
  readonly #texts: { readonly place: PlacedText; readonly bytes: Uint8Array }[] = [];
  readonly #lists: PlacedTexts[] = [];

  /** Where what was given out ends. */
  get end(): number {
    return this.#next + REACH;
  }

  /** A place for so many bytes, at a multiple of 16. */
  room(bytes: number): number {
    const at = this.#next;
    this.#next += Math.ceil(bytes / 16) * 16;
    return at;
  }

  /** Places for texts that are compared with, and their table. */
  texts(wanted: readonly string[]): PlacedTexts {
    const at = wanted.map((text) => {
      const bytes = new TextEncoder().encode(text);
      const place = { at: this.room(bytes.length + REACH), length: bytes.length };
      this.#texts.push({ place, bytes });
      return place;
    });
    const placed = { table: this.room(at.length * TEXT_ENTRY_BYTES), count: at.length, at };
    this.#lists.push(placed);
    return placed;
  }

  /** Writes the texts and their tables. */
  writeTo(buffer: ArrayBuffer): void {
    const [bytes, view] = [new Uint8Array(buffer), new DataView(buffer)];
    for (const { place, bytes: text } of this.#texts) bytes.set(text, place.at);
    for (const { table, at } of this.#lists) {
      at.forEach(({ at: place, length }, index) => {
        view.setInt32(table + index * TEXT_ENTRY_BYTES, place, true);
        view.setInt32(table + index * TEXT_ENTRY_BYTES + 4, length, true);
      });
    }
  }
}
