/** Classes of sets whose masks name none. */
import type { DenseClass, Rgb } from '../dense-types.ts';
import { fromPalette } from './voc-palette.ts';

const VOC =
  'background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor';

/** @source VOC2012 development kit, VOClabelcolormap.m */
export const VOC_CLASSES: readonly DenseClass[] = VOC.split(' ').map((name, id) => ({
  name,
  id,
  colour: fromPalette(id),
}));

/** The classes that are judged, with their ids. @source cityscapesScripts, helpers/labels.py */
const CITYSCAPES: readonly (readonly [name: string, labelId: number, colour: Rgb])[] = [
  ['road', 7, [128, 64, 128]],
  ['sidewalk', 8, [244, 35, 232]],
  ['building', 11, [70, 70, 70]],
  ['wall', 12, [102, 102, 156]],
  ['fence', 13, [190, 153, 153]],
  ['pole', 17, [153, 153, 153]],
  ['traffic light', 19, [250, 170, 30]],
  ['traffic sign', 20, [220, 220, 0]],
  ['vegetation', 21, [107, 142, 35]],
  ['terrain', 22, [152, 251, 152]],
  ['sky', 23, [70, 130, 180]],
  ['person', 24, [220, 20, 60]],
  ['rider', 25, [255, 0, 0]],
  ['car', 26, [0, 0, 142]],
  ['truck', 27, [0, 0, 70]],
  ['bus', 28, [0, 60, 100]],
  ['train', 31, [0, 80, 100]],
  ['motorcycle', 32, [0, 0, 230]],
  ['bicycle', 33, [119, 11, 32]],
];

/** @param ids of which files: `labelIds`, or those for training, 0 to 18 */
export function cityscapesClasses(ids: 'labelIds' | 'trainIds'): readonly DenseClass[] {
  return CITYSCAPES.map(([name, labelId, colour], i) => ({
    name,
    id: ids === 'labelIds' ? labelId : i,
    colour,
  }));
}

/** Ids of Cityscapes that are not judged. */
export const CITYSCAPES_IGNORED: readonly number[] = Array.from({ length: 34 }, (_, id) => id)
  .filter((id) => !CITYSCAPES.some(([, labelId]) => labelId === id))
  .concat(255);

/** @source CamVid, label_colors.txt */
const CAMVID = `64 128 64 Animal|192 0 128 Archway|0 128 192 Bicyclist|0 128 64 Bridge|128 0 0 Building
|64 0 128 Car|64 0 192 CartLuggagePram|192 128 64 Child|192 192 128 Column_Pole|64 64 128 Fence
|128 0 192 LaneMkgsDriv|192 0 64 LaneMkgsNonDriv|128 128 64 Misc_Text|192 0 192 MotorcycleScooter
|128 64 64 OtherMoving|64 192 128 ParkingBlock|64 64 0 Pedestrian|128 64 128 Road
|128 128 192 RoadShoulder|0 0 192 Sidewalk|192 128 128 SignSymbol|128 128 128 Sky
|64 128 192 SUVPickupTruck|0 0 64 TrafficCone|0 64 64 TrafficLight|192 64 128 Train|128 128 0 Tree
|192 128 192 Truck_Bus|64 0 64 Tunnel|192 192 0 VegetationMisc|0 0 0 Void|64 192 0 Wall`;

export const CAMVID_CLASSES: readonly DenseClass[] = CAMVID.split('|').map((entry, id) => {
  const [red, green, blue, name] = entry.trim().split(' ');
  return { name: name!, id, colour: [Number(red), Number(green), Number(blue)] };
});

/** Names of classes that are nothing to learn. */
export const NOTHING = /^(void|unlabell?ed|ignored?|unknown)$/i;
