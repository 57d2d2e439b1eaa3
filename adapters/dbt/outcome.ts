import type { BuildResult } from '../../core/ports/transformer.ts';

/** True when every model was built and every test passed, warnings allowed. */
export function isSound({ models, tests }: BuildResult): boolean {
  return (
    models.every(({ status }) => status === 'success') && tests.every(({ status }) => status === 'pass' || status === 'warn')
  );
}

/** What a run came to by two attempts, of which the later one did only what the earlier left: the later word on each node holds. */
export function mergeResults(earlier: BuildResult, later: BuildResult): BuildResult {
  return { models: replaced(earlier.models, later.models, modelKey), tests: replaced(earlier.tests, later.tests, testKey) };
}

function replaced<T>(earlier: readonly T[], later: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Set(later.map(keyOf));
  return [...earlier.filter((item) => !known.has(keyOf(item))), ...later];
}

function modelKey({ name }: { readonly name: string }): string {
  return name;
}

function testKey({ model, name }: { readonly model: string; readonly name: string }): string {
  return `${model}/${name}`;
}
