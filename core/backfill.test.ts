import { hoursOf, parseBackfillRequest } from './backfill.ts';

const good = { assets: ['stg_listen_events'], from: '2026-11-20T00', to: '2026-11-20T03' };

describe('a request for a backfill', () => {
  it('needs assets and hours, and has defaults for the rest', () => {
    const parsed = parseBackfillRequest(good);
    expect(parsed).toEqual({ ok: true, request: { id: null, ...good, concurrency: 4, descendants: false } });
    expect(parsed.ok && hoursOf(parsed.request)).toEqual(['2026-11-20T00', '2026-11-20T01', '2026-11-20T02']);
  });

  it.each([
    ['nothing', undefined, /one JSON object; got nothing/],
    ['text', 'nonsense', /one JSON object; got "nonsense"/],
    ['what could not be decoded', { undecodable: 'x' }, /no field "undecodable"/],
    ['no assets', { ...good, assets: [] }, /"assets" is a list/],
    ['an hour that is none', { ...good, from: '2026-11-20T25' }, /"from" is a UTC hour.*2026-11-20T25/],
    ['hours that run backwards', { ...good, to: '2026-11-19T00' }, /"to" lies after "from"/],
    ['too many hours', { ...good, to: '2027-11-20T00' }, /at most 720 hours/],
    ['too much at once', { ...good, concurrency: 99 }, /from 1 to 16.*99/],
    ['a word for yes', { ...good, descendants: 'yes' }, /true or false/],
    ['a strange id', { ...good, id: '../x' }, /"id" is up to 64/],
  ])('says in words what is wrong with %s', (_, message, problem) => {
    const parsed = parseBackfillRequest(message);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
    expect(parsed).toMatchObject({ problem: expect.stringContaining('Example: {"assets"') });
  });
});
