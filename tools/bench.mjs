import { prepare } from './prepare.mjs';
import { atTheEdge } from './setup-error.mjs';

await atTheEdge(async () => {
  await prepare(process.stderr);
  const { atTheEdge: atTheCliEdge } = await import('../cli/edge.ts');
  const { bench } = await import('../bench/main.ts');
  return atTheCliEdge(() => bench(process.argv.slice(2)));
});
