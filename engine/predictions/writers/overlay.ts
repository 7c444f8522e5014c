/** Pictures of images with their predictions drawn over them; background is left as it is. */
import path from 'node:path';
import sharp from 'sharp';
import { isBackground } from '../../contract/class-labels.ts';
import { decodeShown } from '../../data/pixels/stored/shown.ts';
import { classColour } from '../../data/targets/class-colours.ts';
import { drawOver } from '../../data/targets/overlay.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { isMap } from '../prediction.ts';
import type { FolderFormat, FolderWriter, WriterOptions } from '../writer.ts';

const QUALITY = 90;

export const overlay: FolderFormat = { common: [], open };

async function open({ folder, classes }: WriterOptions): Promise<FolderWriter> {
  const colourOf = (label: number) => {
    const one = classes[label]!;
    return isBackground(one) ? undefined : classColour(one, label);
  };
  return {
    async add(image, { stem }) {
      const file = `${stem}.jpg`;
      const objects = isMap(image)
        ? undefined
        : image.objects.map(({ label, box, mask }) => ({
            label,
            box,
            ...(mask && { mask: { runs: mask } }),
          }));
      const drawn = { map: isMap(image) ? image : undefined, objects };
      const { width, height, data } = drawOver(await decodeShown(image.path), drawn, colourOf);
      await writeFileAtomically(path.join(folder, file), async (beside) => {
        const picture = sharp(data, { raw: { width, height, channels: 3 } });
        await picture.jpeg({ quality: QUALITY }).toFile(beside);
      });
      return file;
    },
    end: async () => {},
  };
}
