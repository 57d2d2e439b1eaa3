import { withSection } from './section.ts';

const page = '# Title\n\n<!-- land -->\n\nold\n\n<!-- end of land -->\n\nBetween.\n\n<!-- idle -->\n<!-- end of idle -->\n';

test('a section is replaced and nothing else is touched, however often', () => {
  const once = withSection(page, 'land', 'new');
  expect(once).toBe(page.replace('old', 'new'));
  expect(withSection(once, 'land', 'new')).toBe(once);
  expect(withSection(once, 'idle', 'quiet')).toContain('<!-- idle -->\n\nquiet\n\n<!-- end of idle -->');
});

test('a page without the marks is refused by name', () => {
  expect(() => withSection('# Title\n', 'idle', 'quiet')).toThrow(/BENCHMARKS\.md: the marks <!-- idle -->/);
});
