import { findingsOf } from './policy.ts';
import { openTerraform, terraformHere } from './terraform.ts';

jest.setTimeout(60_000);

/** The short form of terraform.gcp.test.ts; where the providers were not built, the setup has said that this is passed over. */
it('terraform/ is formatted and valid, and plans nothing that breaks a rule', async () => {
  if (terraformHere() === null) return;
  const terraform = await openTerraform();
  try {
    expect(await terraform.run('fmt', '-check', '-recursive', '-diff')).toEqual({ code: 0, output: '' });
    expect(findingsOf(await terraform.plan({ project: 'music-test-1' }))).toEqual([]);
  } finally {
    terraform.close();
  }
});
