import { readFileSync } from 'node:fs';
import { settings } from '../temporal.config.ts';

describe('.env.example', () => {
  it('lists every setting with its default', () => {
    const lines = settings().map(({ name, fallback, about }) => `# ${about}\n# ${name}=${fallback}\n`);
    expect(readFileSync('.env.example', 'utf8')).toBe(lines.join('\n'));
  });
});
