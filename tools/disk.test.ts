import { runInline } from './fixtures/inline.ts';

test('too little room is said with the folder and the setting; enough is not mentioned', async () => {
  const outcome = await runInline(`
    import { freeBytes, lowDiskWarning } from './disk.mjs';
    const folder = '/tmp/not/there/yet';
    const free = await freeBytes(folder);
    console.log(JSON.stringify([free > 0, await lowDiskWarning(folder, free * 2), await lowDiskWarning(folder, 1)]));
  `);
  expect(outcome).toEqual([
    true,
    expect.stringMatching(/^only \d+\.\d GB are free at \/tmp\/not\/there\/yet: .* set SOUNDFLOW_HOME/),
    null,
  ]);
});
