import { startInline } from './fixtures/inline.ts';

const LISTEN = `
  import { onSignals } from './signals.mjs';
  onSignals({ stop: (signal) => console.log('stop ' + signal), hurry: () => { console.log('hurry'); process.exit(); } });
  setInterval(() => undefined, 1000);
  console.log('listening');
`;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks for a stop', async (signal) => {
  const script = startInline(LISTEN);
  await script.nextLine();
  script.child.kill(signal);
  expect(await script.nextLine()).toBe(`stop ${signal}`);
  script.child.kill('SIGKILL');
  await script.ended;
});

test('the same Ctrl-C delivered twice is one stop; a second Ctrl-C is an end at once', async () => {
  const script = startInline(LISTEN);
  await script.nextLine();
  script.child.kill('SIGINT');
  expect(await script.nextLine()).toBe('stop SIGINT');
  script.child.kill('SIGINT');
  const next = script.nextLine();
  const early = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 550, 'nothing'))]);
  expect(early).toBe('nothing');
  script.child.kill('SIGINT');
  expect(await next).toBe('hurry');
  await script.ended;
});
