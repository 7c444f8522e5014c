/**
 * LabelMe: a JSON file for each image with its outlines or boxes as shapes, which LabelMe opens and
 * people correct. The parts of an object share a group; a score is in the description.
 *
 * @source https://github.com/wkentaro/labelme, labelme/_label_file.py
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { toXyxy } from '../../geometry/box.ts';
import type { Polygon } from '../../geometry/polygon.ts';
import { type Outlined, outlined } from '../outlined.ts';
import type { PredictedImage } from '../prediction.ts';
import type { FolderFormat, FolderWriter, WriterOptions } from '../writer.ts';

/** Whose form it is. */
const VERSION = '5.5.0';

export const labelme: FolderFormat = { common: [], open };

async function open({ folder, classes }: WriterOptions): Promise<FolderWriter> {
  return {
    async add(image: PredictedImage, { stem }) {
      const file = `${stem}.json`;
      const target = path.join(folder, file);
      let groups = 0;
      const shapes = outlined(image, classes).flatMap((one) =>
        shapesOf(one, classes[one.label]!.name, () => ++groups),
      );
      const content = {
        version: VERSION,
        flags: {},
        shapes,
        imagePath: relativePath(path.dirname(target), image.path),
        imageData: null,
        imageHeight: image.height,
        imageWidth: image.width,
      };
      await writeFileAtomically(target, (beside) =>
        writeFile(beside, `${JSON.stringify(content, null, 1)}\n`),
      );
      return file;
    },
    end: async () => {},
  };
}

/** LabelMe reads `/` on all systems. On another drive there is no relative path. */
function relativePath(from: string, to: string): string {
  return path.relative(from, to).split(path.sep).join('/');
}

function shapesOf({ score, box, polygons }: Outlined, label: string, newGroup: () => number) {
  const group = polygons.length > 1 ? newGroup() : null;
  const plain = {
    label,
    group_id: group,
    description: score === undefined ? '' : `score ${score.toFixed(3)}`,
    flags: {},
    mask: null,
  };
  if (polygons.length === 0) {
    const [left, top, right, bottom] = toXyxy(box!);
    const points = [
      [left, top],
      [right, bottom],
    ];
    return [{ ...plain, shape_type: 'rectangle', points }];
  }
  return polygons.map((one) => ({ ...plain, shape_type: 'polygon', points: pairs(one) }));
}

function pairs(polygon: Polygon): number[][] {
  return Array.from({ length: polygon.length / 2 }, (_, i) => [
    polygon[2 * i]!,
    polygon[2 * i + 1]!,
  ]);
}
