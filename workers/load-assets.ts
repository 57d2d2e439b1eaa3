import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Asset } from '../core/assets.ts';
import { messageOf, SoundFlowError } from '../core/errors.ts';

const FOLDERS = ['topics', 'staging', 'marts'] as const;

/** Imports every asset under `assetsDir`: one a file, as its default export, with the file's name as its key. @throws BAD_ASSET */
export async function loadAssets(assetsDir: string): Promise<readonly Asset[]> {
  const assets: Asset[] = [];
  for (const folder of FOLDERS) {
    const names = (await readdir(join(assetsDir, folder))).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    for (const name of names.sort()) assets.push(await loadAsset(join(assetsDir, folder, name), name.slice(0, -'.ts'.length)));
  }
  return assets;
}

async function loadAsset(file: string, key: string): Promise<Asset> {
  let module: unknown;
  try {
    module = await import(file);
  } catch (cause) {
    throw new SoundFlowError('BAD_ASSET', `${file}: cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  const asset = z.object({ default: z.custom<Asset>(isAsset) }).safeParse(module);
  if (!asset.success) {
    throw new SoundFlowError(
      'BAD_ASSET',
      `${file}: its default export is no asset. Export one made by topic(), staging() or mart() of assets/define.ts.`,
    );
  }
  if (asset.data.default.key !== key) {
    throw new SoundFlowError(
      'BAD_ASSET',
      `${file}: its key is ${asset.data.default.key}. Call it ${key}, as the file is called.`,
    );
  }
  return asset.data.default;
}

function isAsset(value: unknown): value is Asset {
  const shape = z.object({ kind: z.enum(['topic', 'staging', 'mart']), key: z.string(), description: z.string() });
  return shape.safeParse(value).success;
}
