import { describe, expect, it } from 'vitest';
import { toXywh, toXyxy } from '../../geometry/box.ts';
import { polygonBounds } from '../../geometry/polygon.ts';
import { rasterisePolygons } from '../../geometry/rasterise.ts';
import { encodeMask, runBounds } from '../../geometry/run-length.ts';
import { RandomStream } from '../../random/philox.ts';
import { drawPlacement } from './placement.ts';
import { type MovableObject, type Move, movedMask, moveObjects } from './view-objects.ts';

/** An image of random size, a view, and a move as the loader draws it. */
function randomMove(seed: number) {
  const random = new RandomStream(seed, 'test');
  const image = { width: 20 + random.integer(100), height: 20 + random.integer(100) };
  const view = { height: 16 * (1 + random.integer(5)), width: 16 * (1 + random.integer(5)) };
  const placement = drawPlacement(
    random,
    image,
    { imageSize: [view.height, view.width], scale: [0.5, 2] },
    'fit',
  );
  const move: Move = { placement, isMirrored: random.uniform() < 0.5, view };
  return { random, image, move };
}

/** An outline without thin tips, which pixels would not show, cut at the border of the image. */
function randomEllipse(random: RandomStream, width: number, height: number): Float64Array {
  const [x, y] = [random.uniform() * width, random.uniform() * height];
  const radii = [5 + random.uniform() * 30, 5 + random.uniform() * 30] as const;
  return Float64Array.from({ length: 128 }, (_, i) => {
    const angle = (Math.PI * 2 * Math.floor(i / 2)) / 64;
    const value = i % 2 === 0 ? x + radii[0] * Math.cos(angle) : y + radii[1] * Math.sin(angle);
    return Math.min(Math.max(value, 0), i % 2 === 0 ? width : height);
  });
}

/** Each pixel for itself: where in the image its centre comes from. */
function slowMask(pixels: Uint8Array, width: number, { placement, isMirrored, view }: Move) {
  const { from, to } = placement;
  return Array.from({ length: view.height * view.width }, (_, i) => {
    const column = i % view.width;
    const x = (isMirrored ? view.width - 1 - column : column) - to.left;
    const y = Math.floor(i / view.width) - to.top;
    if (x < 0 || x >= to.width || y < 0 || y >= to.height) return 0;
    const [across, down] = [
      Math.floor(((x + 0.5) * from.width) / to.width),
      Math.floor(((y + 0.5) * from.height) / to.height),
    ];
    return pixels[(from.top + down) * width + from.left + across]!;
  });
}

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

describe('objects of a view', () => {
  it('moves run lengths as each pixel for itself', () => {
    for (const seed of SEEDS) {
      const { random, image, move } = randomMove(seed);
      const { width, height } = image;
      const pixels = Uint8Array.from({ length: width * height }, () => random.integer(2));
      const runs = encodeMask(pixels, height, width);
      const moved = movedMask({ runs }, move, [move.view.height, move.view.width]);
      expect([...moved], `seed ${seed}`).toEqual(slowMask(pixels, width, move));
    }
  });

  it.each(['polygons', 'runs'] as const)(
    'gives a moved mask its box within a pixel, %s',
    (kind) => {
      const seen = { whole: 0, cut: 0, ignored: 0, gone: 0 };
      for (const seed of SEEDS) {
        const { random, image, move } = randomMove(seed);
        const { height, width } = move.view;
        const polygon = randomEllipse(random, image.width, image.height);
        const runs = rasterisePolygons([polygon], image.height, image.width);
        const mask = kind === 'runs' ? { runs } : { polygons: [polygon] };
        const box = kind === 'runs' ? runBounds(runs) : toXywh(polygonBounds(polygon));
        const object: MovableObject = { label: 3, box, mask, crowd: false };
        const found = moveObjects([object], { ...move, maskSize: [height, width] });
        if (found.classes.length === 0) {
          seen[found.ignored.length > 0 ? 'ignored' : 'gone']++;
          continue;
        }
        expect([...found.classes, ...found.hasMask!]).toEqual([3, 1]);
        const moved = edgesOf(found.boxes, width, height);
        const bounds = toXyxy(runBounds(encodeMask(found.masks!, height, width)));
        for (const [i, edge] of moved.entries())
          expect(Math.abs(edge - bounds[i]!), `seed ${seed}, edge ${i}`).toBeLessThan(1 + 1e-4);
        const ratio = move.placement.to.width / move.placement.from.width;
        seen[moved[2]! - moved[0]! < box[2] * ratio - 1 ? 'cut' : 'whole']++;
      }
      expect(seen.whole).toBeGreaterThan(50);
      expect(seen.cut).toBeGreaterThan(30);
      expect(seen.ignored).toBeGreaterThan(3);
      expect(seen.gone).toBeGreaterThan(3);
    },
  );

  const still: Move = {
    placement: {
      from: { top: 0, left: 0, height: 20, width: 40 },
      to: { top: 0, left: 0, height: 20, width: 40 },
    },
    isMirrored: false,
    view: { height: 40, width: 40 },
  };
  const boxOf = (box: MovableObject['box'], crowd = false): MovableObject => ({
    label: 1,
    box,
    crowd,
  });

  it('keeps crowds and remains apart, drops what is outside, and tells the padding', () => {
    const from = { top: 0, left: 10, height: 20, width: 20 };
    const move: Move = {
      ...still,
      placement: { from, to: { top: 4, left: 2, height: 20, width: 20 } },
    };
    const found = moveObjects(
      [
        boxOf([0, 0, 9, 9]),
        boxOf([0, 0, 10.5, 20]),
        boxOf([12, 0, 8, 8], true),
        boxOf([20, 5, 4, 6]),
      ],
      move,
    );
    expect(found.shown).toEqual(move.placement.to);
    expect([...found.classes]).toEqual([1]);
    expect([...found.boxes].map((share) => Math.round(share * 4000) / 100)).toEqual([14, 12, 4, 6]);
    expect(found.ignored.length / 4).toBe(2);
    const remains = edgesOf(found.ignored, 40, 40).map((edge) => Math.round(100 * edge) / 100);
    expect(remains).toEqual([2, 4, 2.5, 24]);
    expect(found).not.toHaveProperty('masks');
    const mirrored = moveObjects([boxOf([20, 5, 4, 6])], { ...move, isMirrored: true });
    expect(mirrored.shown).toEqual({ ...move.placement.to, left: 18 });
    expect([...mirrored.boxes].map((share) => Math.round(share * 4000) / 100)).toEqual([
      26, 12, 4, 6,
    ]);
  });

  it('tells which objects have masks, on a grid of its own size', () => {
    const runs = encodeMask(new Uint8Array(800).fill(1), 20, 40);
    const objects = [boxOf([4, 4, 8, 8]), { ...boxOf([0, 0, 40, 20]), mask: { runs } }];
    const found = moveObjects(objects, { ...still, maskSize: [10, 10] });
    expect([...found.hasMask!]).toEqual([0, 1]);
    // The lower half of the view is padding.
    expect([...found.masks!]).toEqual([
      ...Array(100).fill(0),
      ...Array(50).fill(1),
      ...Array(50).fill(0),
    ]);
  });
});

/** Left, top, right and bottom of the first box, in pixels. */
function edgesOf([x, y, w, h]: Float32Array, width: number, height: number): number[] {
  return [
    (x! - w! / 2) * width,
    (y! - h! / 2) * height,
    (x! + w! / 2) * width,
    (y! + h! / 2) * height,
  ];
}
