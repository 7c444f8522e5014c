/** What is known of a file that is decoded to bytes before its pixels are. */
import { uprightSize } from '../../images/orientation.ts';
import { readBmpHeader } from './bmp-header.ts';
import { type ProbedImage, readHeader } from './decode.ts';
import { inspectImage } from './inspect.ts';
import type { Look } from './look.ts';
import { countOtherPictures } from './other-pictures.ts';

export type BytesHeader = Omit<ProbedImage, keyof Look>;

/**
 * @param file whole; files with damaged pixels are not told apart
 * @throws StudioError with the reason in `details`; what the decoder throws
 */
export async function readBytesHeader(file: Buffer, pixelLimit: number): Promise<BytesHeader> {
  const inspected = inspectImage(file);
  const { format, extraChannel } = inspected;
  const stored =
    format === 'bmp'
      ? readBmpHeader(file, pixelLimit)
      : await readHeader(inspected, { pixelLimit });
  const { orientation = 1 } = 'orientation' in stored ? stored : {};
  const otherPictures = await countOtherPictures(file, format);
  return {
    format,
    ...uprightSize(stored, orientation),
    ...(extraChannel && { extraChannel }),
    ...(otherPictures > 0 && { otherPictures }),
    ...(orientation > 1 && { orientation }),
  };
}
