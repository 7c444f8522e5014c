/** True class against answer: a table where it can be read, a picture of it where it cannot. */
import { Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import type { Evaluation } from '../../../engine/contract/studio/index.ts';
import { countText, percentText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { shareRows } from './evaluation-text.ts';
import classes from './finetune.module.css';

/** More classes than this are a picture. */
const READABLE = 25;

export function ConfusionMatrix({ evaluation }: { readonly evaluation: Evaluation }) {
  return evaluation.classes.length <= READABLE ? (
    <MatrixTable evaluation={evaluation} />
  ) : (
    <MatrixPicture evaluation={evaluation} />
  );
}

function MatrixTable({ evaluation }: { readonly evaluation: Evaluation }) {
  const { counts, shares } = useMemo(() => shareRows(evaluation), [evaluation]);
  return (
    <ScrollRegion label="Confusion matrix" height={560}>
      <table className={classes['matrix']!}>
        <caption>
          <Text size="sm" ta="left">
            Rows are the true class, columns what it said
          </Text>
        </caption>
        <thead>
          <tr>
            <th scope="col">true \ said</th>
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
                const right = row === column;
                const tint = `rgb(${right ? '18 184 134' : '224 49 49'} / ${Math.round(share * 45)}%)`;
                return (
                  <td
                    key={evaluation.classes[column]}
                    style={count > 0 ? { background: tint } : undefined}
                    title={`${name}, said ${evaluation.classes[column]}: ${percentText(share)}`}
                  >
                    {count === 0 ? '' : countText(count)}
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

function MatrixPicture({ evaluation }: { readonly evaluation: Evaluation }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';
  const size = evaluation.classes.length;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const { shares } = shareRows(evaluation);
    const picture = context.createImageData(size, size);
    for (const [row, values] of shares.entries())
      for (const [column, share] of values.entries()) {
        const strength = Math.sqrt(share);
        const ground = dark ? 36 : 255;
        const ink = row === column ? [18, 184, 134] : [224, 49, 49];
        const at = (row * size + column) * 4;
        for (let c = 0; c < 3; c++) picture.data[at + c] = ground + (ink[c]! - ground) * strength;
        picture.data[at + 3] = 255;
      }
    context.putImageData(picture, 0, 0);
  }, [evaluation, size, dark]);
  return (
    <figure style={{ margin: 0 }}>
      <canvas
        ref={canvas}
        width={size}
        height={size}
        className={classes['heat']!}
        role="img"
        aria-label={`Confusion matrix of ${size} classes; the pairs above are its largest entries`}
      />
      <Text component="figcaption" size="sm" c="dimmed">
        Rows are the true class from top to bottom, columns what it said. Green is right, red is
        wrong; confusion.csv has the numbers.
      </Text>
    </figure>
  );
}
