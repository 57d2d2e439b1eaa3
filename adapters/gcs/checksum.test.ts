import { checksumOf, statedChecksum } from './checksum.ts';

describe('checksumOf', () => {
  it.each([
    ['', 'AAAAAA=='],
    ['123456789', '4waSgw=='],
    ['The quick brown fox jumps over the lazy dog', 'ImIEBA=='],
  ])('%j is %s', (text, checksum) => {
    expect(checksumOf(Buffer.from(text))).toBe(checksum);
  });

  it('looks at the view, not at the buffer behind it', () => {
    const whole = Buffer.from('xx123456789xx');
    expect(checksumOf(new Uint8Array(whole.buffer, whole.byteOffset + 2, 9))).toBe('4waSgw==');
  });
});

describe('statedChecksum', () => {
  it.each([
    ['crc32c=4waSgw==,md5=abc', '4waSgw=='],
    ['md5=abc, crc32c=4waSgw==', '4waSgw=='],
    ['md5=abc', null],
    [undefined, null],
  ])('%p states %p', (header, checksum) => {
    expect(statedChecksum(header)).toBe(checksum);
  });
});
