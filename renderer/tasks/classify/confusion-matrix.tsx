/** The confusion matrix as a table, or as a picture when there are many classes. */
import { SegmentedControl, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { countOf, countText, percentText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { ImagesButton, useOpenImages } from '../evaluated-images.tsx';
import classes from './classify.module.css';
import { shareRows } from './evaluation-text.ts';

/** Largest number of classes for a table. */
const READABLE = 25;
const PICTURE_SIDE = 480;
const ZOOMS = ['1', '2', '4', '8'];

const RIGHT = [18, 184, 134] as const;
const WRONG = [224, 49, 49] as const;

export function ConfusionMatrix({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  return evaluation.classes.length <= READABLE ? (
    <MatrixTable evaluation={evaluation} />
  ) : (
    <MatrixPicture evaluation={evaluation} />
  );
}

function MatrixTable({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const { counts, shares } = useMemo(() => shareRows(evaluation), [evaluation]);
  return (
    <ScrollRegion label="All pairs of classes" height={640}>
      <table className={classes['matrix']!}>
        <caption>Images by actual class (rows) and predicted class (columns).</caption>
        <thead>
          <tr>
            <th scope="col">actual \ predicted</th>
            {evaluation.classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {evaluation.classes.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts[row]!.map((count, column) => {
                const share = shares[row]![column]!;
                const ink = row === column ? RIGHT : WRONG;
                return (
                  <td
                    key={evaluation.classes[column]}
                    className={row === column ? classes['right'] : undefined}
                    style={
                      count > 0
                        ? { background: `rgb(${ink.join(' ')} / ${Math.round(share * 45)}%)` }
                        : undefined
                    }
                    title={`Actual ${name}, predicted ${evaluation.classes[column]}: ${percentText(share)}`}
                  >
                    <ImagesButton
                      choice={{ actual: name, predicted: evaluation.classes[column]! }}
                      images={count}
                      label={`${countOf(count, 'image')}: actual ${name}, predicted ${evaluation.classes[column]}`}
                    >
                      {count === 0 ? '' : countText(count)}
                    </ImagesButton>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function MatrixPicture({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';
  const openImages = useOpenImages();
  const [zoom, setZoom] = useState('1');
  const [at, setAt] = useState<readonly [number, number] | undefined>(undefined);
  const size = evaluation.classes.length;
  const found = useMemo(
    () => new Map(evaluation.confusion.map(([row, column, n]) => [row * size + column, n])),
    [evaluation, size],
  );
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    context.putImageData(pictureOf(evaluation, dark), 0, 0);
  }, [evaluation, dark]);
  const look = (event: PointerEvent<HTMLCanvasElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const cell = (part: number, whole: number) =>
      Math.min(size - 1, Math.max(0, Math.floor((part / whole) * size)));
    setAt([cell(event.clientY - top, height), cell(event.clientX - left, width)]);
  };
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="Size of the picture"
        value={zoom}
        onChange={setZoom}
        data={ZOOMS.map((value) => ({ value, label: `${value} ×` }))}
        style={{ alignSelf: 'flex-start' }}
      />
      <ScrollRegion label="All pairs of classes" height={PICTURE_SIDE + 20}>
        <canvas
          ref={canvas}
          width={size}
          height={size}
          className={classes['heat']!}
          style={{ width: PICTURE_SIDE * Number(zoom) }}
          role="img"
          aria-label={`Confusion matrix of ${size} classes; the table above has all its pairs`}
          onPointerMove={look}
          onPointerLeave={() => setAt(undefined)}
          onClick={() => {
            if (at === undefined || !found.has(at[0] * size + at[1])) return;
            const [actual, predicted] = at.map((one) => evaluation.classes[one]!);
            openImages({ actual: actual!, predicted: predicted! });
          }}
        />
      </ScrollRegion>
      <Text size="sm" mih="3em">
        {at === undefined
          ? 'Rows: actual class. Columns: predicted class. Correct predictions are green, wrong ones red.'
          : `Actual ${evaluation.classes[at[0]]}, predicted ${evaluation.classes[at[1]]}: ${countOf(found.get(at[0] * size + at[1]) ?? 0, 'image')}`}
      </Text>
    </Stack>
  );
}

/** An image with one pixel per cell, whose intensity depends on its share of the row. */
function pictureOf(
  { confusion, classes, perClass }: ClassifierEvaluation,
  dark: boolean,
): ImageData {
  const size = classes.length;
  const ground = dark ? 36 : 255;
  const data = new Uint8ClampedArray(size * size * 4).fill(ground);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  for (const [row, column, images] of confusion) {
    // Square roots make rare confusions visible beside frequent ones.
    const strength = Math.sqrt(images / Math.max(1, perClass[row]?.support ?? images));
    const ink = row === column ? RIGHT : WRONG;
    for (let c = 0; c < 3; c++)
      data[(row * size + column) * 4 + c] = ground + (ink[c]! - ground) * Math.min(1, strength);
  }
  return new ImageData(data, size, size);
}
