import { runInline } from './fixtures/inline.ts';

test('no cluster id looks like an option to the tool that formats the data folder', async () => {
  const ids = await runInline(`
    import { newClusterId } from './broker.mjs';
    console.log(JSON.stringify(Array.from({ length: 2000 }, newClusterId)));
  `);
  expect(new Set(Array.isArray(ids) ? ids : []).size).toBe(2000);
  expect(ids).not.toContainEqual(expect.not.stringMatching(/^[A-Za-f][\w-]{21}$/));
});
