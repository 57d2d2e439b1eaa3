import { describePart, ensureParts } from '../../tools/parts.mjs';
import { toolbox } from './engine.mjs';

/** Says where Terraform and the mirror of its providers are, when they were built: that takes minutes, and no test waits for it. */
export async function locateTerraform() {
  if (describePart('terraform-provider', toolbox()).state === 'absent') {
    process.stderr.write('PASSED OVER: checks of terraform/, for which `npm run tools -- terraform-provider` was not run here\n');
    return;
  }
  const { 'terraform-provider': terraform } = await ensureParts(['terraform-provider'], toolbox());
  process.env.TEST_TERRAFORM = terraform.binary;
  process.env.TEST_TERRAFORM_MIRROR = terraform.mirror;
}
