/** JPEG XL within files of other formats, which state size and channels too. */
import { type Decoded, type Expected, requireExpected } from '../codecs/decoded.ts';
import { decodeJpegXl } from '../codecs/jpeg-xl.ts';
import { codestreamOf } from './container.ts';
import { readHeader } from './header.ts';

/**
 * @param data a codestream, or a container of one
 * @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large`
 */
export async function decodeWithin(data: Uint8Array, expected: Expected): Promise<Decoded> {
  const codestream = codestreamOf(data);
  const stated = readHeader(codestream);
  requireExpected(stated, expected);
  const values = await decodeJpegXl(codestream, stated);
  return { ...stated, isSigned: false, values };
}
