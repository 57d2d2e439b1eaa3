/** Gives the same answers for the same seed: a `share` of the calls one of `faults`, each as often as the others; null for the rest. */
export function seeded<T>(
  seed: number,
  { share, faults }: { readonly share: number; readonly faults: readonly T[] },
): () => T | null {
  let state = seed >>> 0;
  let met = 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (state / 2 ** 32 >= share) return null;
    met += 1;
    return faults[met % faults.length] ?? null;
  };
}
