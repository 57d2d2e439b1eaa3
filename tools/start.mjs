import { prepare } from './prepare.mjs';
import { atTheEdge } from './setup-error.mjs';

await atTheEdge(async () => {
  await prepare(process.stdout);
  const { atTheEdge: atTheCliEdge } = await import('../cli/edge.ts');
  const { start } = await import('../cli/start.ts');
  return atTheCliEdge(() => start(process.env));
});
