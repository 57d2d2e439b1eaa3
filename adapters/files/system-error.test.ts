import { SoundFlowError } from '../../core/errors.ts';
import { codeOf, fail } from './system-error.ts';

describe('fail', () => {
  it.each(['ENOSPC', 'EDQUOT'])('asks for space on %s', (code) => {
    const cause = Object.assign(new Error('write failed'), { code });
    expect(() => fail('write', '/lake/a', cause)).toThrow(/no space left to write \/lake\/a\. Free some/);
  });

  it('keeps the cause and may be tried again', () => {
    const cause = Object.assign(new Error('bad disk'), { code: 'EIO' });
    const thrown = thrownBy(() => fail('read', '/lake/a', cause));
    expect(thrown).toMatchObject({ code: 'UNAVAILABLE', retryable: true, cause, message: expect.stringContaining('bad disk') });
  });

  it('lets an error of ours through', () => {
    const ours = new SoundFlowError('BAD_REQUEST', 'no');
    expect(() => fail('write', '/lake/a', ours)).toThrow(ours);
  });
});

describe('codeOf', () => {
  it.each([null, 'text', new Error('no code'), { code: 5 }])('has none for %p', (thrown) => {
    expect(codeOf(thrown)).toBe('');
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
