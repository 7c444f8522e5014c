/** The objects of images, in columns: 54 bytes an object, and the numbers of its mask. */
import type { BoxXywh } from '../../geometry/box.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { DenseObject, ObjectMask } from './dense-types.ts';

const NO_MASK = 0;
const POLYGONS = 1;
const RUNS = 2;

export class ObjectColumns {
  /** of each image the end of its objects */
  readonly #ends = new GrowingNumbers(Uint32Array);
  readonly #labels = new GrowingNumbers(Uint32Array);
  /** four of each object */
  readonly #boxes = new GrowingNumbers(Float64Array);
  readonly #crowds = new GrowingNumbers(Uint8Array);
  /** NaN where the file states none */
  readonly #areas = new GrowingNumbers(Float64Array);
  readonly #records = new GrowingNumbers(Uint32Array);
  readonly #maskKinds = new GrowingNumbers(Uint8Array);
  /** where the mask begins among the polygons or runs */
  readonly #masks = new GrowingNumbers(Uint32Array);
  /** of each mask the number of polygons, their lengths and their coordinates */
  readonly #polygons = new GrowingNumbers(Float64Array);
  /** of each mask height, width, and the number and lengths of runs */
  readonly #runs = new GrowingNumbers(Uint32Array);

  /** Add the objects of the next image. */
  push(objects: readonly DenseObject[]): void {
    for (const { label, box, crowd, area, record, mask } of objects) {
      this.#labels.push(label);
      for (const side of box) this.#boxes.push(side);
      this.#crowds.push(crowd ? 1 : 0);
      this.#areas.push(area ?? Number.NaN);
      this.#records.push(record);
      this.#pushMask(mask);
    }
    this.#ends.push(this.#labels.length);
  }

  /** The objects of an image. */
  at(image: number): DenseObject[] {
    const objects: DenseObject[] = [];
    const end = this.#ends.at(image);
    for (let i = this.#firstOf(image); i < end; i++) objects.push(this.#objectAt(i));
    return objects;
  }

  classesAt(image: number): number[] {
    const classes: number[] = [];
    const end = this.#ends.at(image);
    for (let i = this.#firstOf(image); i < end; i++) {
      const label = this.#labels.at(i);
      if (!classes.includes(label)) classes.push(label);
    }
    return classes.sort((a, b) => a - b);
  }

  #firstOf(image: number): number {
    return image === 0 ? 0 : this.#ends.at(image - 1);
  }

  get memoryBytes(): number {
    const bytes = [this.#ends, this.#labels, this.#boxes, this.#crowds, this.#areas, this.#records];
    const masks = [this.#maskKinds, this.#masks, this.#polygons, this.#runs];
    return [...bytes, ...masks].reduce((sum, one) => sum + one.memoryBytes, 0);
  }

  #objectAt(i: number): DenseObject {
    const [boxes, at] = [this.#boxes, 4 * i];
    const label = this.#labels.at(i);
    const box: BoxXywh = [boxes.at(at), boxes.at(at + 1), boxes.at(at + 2), boxes.at(at + 3)];
    const crowd = this.#crowds.at(i) === 1;
    const stated = this.#areas.at(i);
    const area = Number.isNaN(stated) ? undefined : stated;
    const record = this.#records.at(i);
    const mask = this.#maskAt(i);
    return mask === undefined
      ? { label, box, crowd, area, record }
      : { label, box, mask, crowd, area, record };
  }

  #pushMask(mask: ObjectMask | undefined): void {
    if (mask === undefined) {
      this.#maskKinds.push(NO_MASK);
      this.#masks.push(0);
    } else if ('runs' in mask) {
      const { height, width, counts } = mask.runs;
      this.#maskKinds.push(RUNS);
      this.#masks.push(this.#runs.length);
      for (const number of [height, width, counts.length]) this.#runs.push(number);
      for (const count of counts) this.#runs.push(count);
    } else {
      const { polygons } = mask;
      this.#maskKinds.push(POLYGONS);
      this.#masks.push(this.#polygons.length);
      this.#polygons.push(polygons.length);
      for (const { length } of polygons) this.#polygons.push(length);
      for (const polygon of polygons)
        for (let i = 0; i < polygon.length; i++) this.#polygons.push(polygon[i]!);
    }
  }

  #maskAt(i: number): ObjectMask | undefined {
    const at = this.#masks.at(i);
    switch (this.#maskKinds.at(i)) {
      case RUNS: {
        const [height, width] = [this.#runs.at(at), this.#runs.at(at + 1)];
        const counts = this.#runs.part(at + 3, at + 3 + this.#runs.at(at + 2));
        return { runs: { height, width, counts } };
      }
      case POLYGONS: {
        const count = this.#polygons.at(at);
        let next = at + 1 + count;
        const polygons: Float64Array[] = [];
        for (let k = 0; k < count; k++) {
          const start = next;
          next += this.#polygons.at(at + 1 + k);
          polygons.push(this.#polygons.part(start, next));
        }
        return { polygons };
      }
      default:
        return undefined;
    }
  }
}
