/** One image: what the student saw, what the teacher saw, and what the student took. */
import { Text } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import {
  imageAddress,
  type MaskedPatch,
  maskedPatches,
  type StudentViews,
  type TakenPatches,
} from '../../../../engine/contract/studio/index.ts';
import { baseName } from '../../../ui/base-name.ts';
import { percentText } from '../../../ui/format.ts';
import classes from './student.module.css';
import { movedTo, type PatchGrid, patchText } from './student-patches.ts';

/** Pixels that are requested of a picture. */
const SIDE = 256;

interface StudentImageProps {
  readonly image: StudentViews['images'][number];
  readonly grid: PatchGrid;
  /** Undefined while it is read. */
  readonly taken: TakenPatches | undefined;
  readonly hasMarks: boolean;
  /** Whether its pixels are drawn as squares. */
  readonly isSmall: boolean;
}

export function StudentImage({ image, grid, taken, hasMarks, isSmall }: StudentImageProps) {
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const patches = taken === undefined ? [] : maskedPatches(image, taken);
  const name = baseName(image.path);
  const at = patches.findIndex(({ patch }) => patch === chosen);
  const shown = patches[at];
  const { rows, cols } = grid;
  const frame = {
    viewBox: `0 0 ${cols} ${rows}`,
    className: `${classes['picture']} ${isSmall ? classes['exact'] : ''}`,
  };
  const masked = [...image.mask].flatMap((covered, patch) => (covered === '1' ? [patch] : []));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedTo(event.key, at, patches.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(patches[next]!.patch);
  };
  return (
    <figure className={classes['image']!}>
      <div className={classes['views']!}>
        <div>
          <svg {...frame} role="img" aria-label={`${name} as the student saw it`}>
            <Whole file={image.student} grid={grid} />
            {masked.map((patch) => (
              <rect key={patch} {...boxOf(patch, cols)} className={classes['mask']!} />
            ))}
          </svg>
          <span>Student’s view</span>
        </div>
        <div>
          <svg {...frame} role="img" aria-label={`${name} as the teacher saw it`}>
            <Whole file={image.teacher} grid={grid} />
            {shown === undefined ? null : (
              <rect {...boxOf(shown.taken, cols)} className={classes['chosen']!} />
            )}
          </svg>
          <span>Teacher’s view</span>
        </div>
        <div
          role="slider"
          tabIndex={0}
          className={classes['taken']!}
          aria-label={`Masked patches of ${name}`}
          aria-valuemin={1}
          aria-valuemax={Math.max(1, patches.length)}
          aria-valuenow={at + 1 || 1}
          aria-valuetext={shown === undefined ? countOfFound(patches) : patchText(shown, grid)}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setChosen(undefined)}
          onBlur={() => setChosen(undefined)}
        >
          <svg {...frame} aria-hidden>
            <Whole file={image.teacher} grid={grid} />
            {patches.map((patch) => (
              <Taken
                key={patch.patch}
                {...patch}
                file={image.teacher}
                grid={grid}
                isChosen={patch === shown}
                isMarked={hasMarks}
                onPoint={() => setChosen(patch.patch)}
              />
            ))}
          </svg>
          <span>Taken</span>
        </div>
      </div>
      <figcaption>
        <Text size="xs" c="dimmed" title={image.path} className={classes['caption']!}>
          {name}: {countOfFound(patches)}
        </Text>
        <Text size="xs" className={classes['about']!}>
          {shown === undefined ? ' ' : patchText(shown, grid)}
        </Text>
      </figcaption>
    </figure>
  );
}

function countOfFound(patches: readonly MaskedPatch[]): string {
  const found = patches.filter(({ patch, taken }) => patch === taken).length;
  const mean = patches.reduce((sum, one) => sum + one.ownProbability, 0) / (patches.length || 1);
  return `${found} of ${patches.length} found, mean probability ${percentText(mean)}`;
}

interface PictureProps {
  readonly file: string;
  readonly grid: PatchGrid;
}

function Whole({ file, grid }: PictureProps) {
  return (
    <image
      href={imageAddress(file, SIDE)}
      width={grid.cols}
      height={grid.rows}
      preserveAspectRatio="none"
    />
  );
}

/** The patch that was taken, at the place of the masked one. */
function Taken(
  props: PictureProps &
    MaskedPatch & {
      readonly isChosen: boolean;
      readonly isMarked: boolean;
      readonly onPoint: () => void;
    },
) {
  const { patch, taken, file, grid, isChosen, isMarked, onPoint } = props;
  const [from, to] = [boxOf(taken, grid.cols), boxOf(patch, grid.cols)];
  const isRight = patch === taken;
  const look = isChosen ? 'chosen' : isRight ? 'right' : 'wrong';
  return (
    <g onPointerEnter={onPoint}>
      <svg {...to} viewBox={`${from.x} ${from.y} 1 1`} aria-hidden>
        <Whole file={file} grid={grid} />
      </svg>
      {isMarked || isChosen ? (
        <>
          <rect {...boxOf(patch, grid.cols, 0.06)} className={classes['halo']!} />
          <rect {...boxOf(patch, grid.cols, 0.06)} className={classes[look]!} />
          {isRight ? null : (
            <path
              d={`M${to.x + 0.35} ${to.y + 0.35}l.3 .3m0 -.3l-.3 .3`}
              className={classes['cross']!}
            />
          )}
        </>
      ) : null}
    </g>
  );
}

/** @param inset from each side */
function boxOf(patch: number, cols: number, inset = 0) {
  const side = 1 - 2 * inset;
  return {
    x: (patch % cols) + inset,
    y: Math.floor(patch / cols) + inset,
    width: side,
    height: side,
  };
}
