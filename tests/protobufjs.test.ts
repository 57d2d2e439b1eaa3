import { createRequire } from 'node:module';
import { join } from 'node:path';

describe('protobufjs', () => {
  it('is one copy for all of Temporal: with several, no recorded history can be read', () => {
    const copyFor = (name: string) =>
      createRequire(join(process.cwd(), 'node_modules', '@temporalio', name, 'package.json')).resolve('protobufjs');
    const copies = new Set(['common', 'proto', 'worker', 'client'].map(copyFor));
    expect([...copies]).toEqual([join(process.cwd(), 'node_modules', 'protobufjs', 'index.js')]);
  });
});
