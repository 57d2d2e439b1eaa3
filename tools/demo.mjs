import { prepare } from './prepare.mjs';
import { atTheEdge } from './setup-error.mjs';

await atTheEdge(async () => {
  await prepare(process.stderr);
  const { atTheEdge: atTheCliEdge } = await import('../cli/edge.ts');
  const { demo } = await import('../cli/demo.ts');
  return atTheCliEdge(() => demo(process.env, process.argv.slice(2)));
});
