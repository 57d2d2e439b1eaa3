/** The part of BENCHMARKS.md that a command writes. */
export type Section = 'land' | 'idle';

/** The page with the text between the section's two marks replaced. @throws Error when the page does not have them */
export function withSection(page: string, section: Section, text: string): string {
  const [begin, end] = [`<!-- ${section} -->`, `<!-- end of ${section} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`BENCHMARKS.md: the marks ${begin} and ${end} are not there. Put them where the figures belong.`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}
