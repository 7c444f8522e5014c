/** An image as the network sees it, with its patches: one is chosen by a click or by arrow keys. */
import { type KeyboardEvent, useRef } from 'react';
import {
  imageAddress,
  type LookupAbout,
  type LookupResult,
} from '../../../../engine/contract/studio/index.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import classes from './lookup.module.css';
import { shownPart } from './patch-crop.tsx';
import { movedPatch, patchLabel } from './patch-text.ts';

const SIDE = 1024;

export interface PatchPlace {
  readonly row: number;
  readonly col: number;
}

export function PatchGrid(props: {
  readonly about: LookupAbout;
  readonly path: string;
  readonly seen: LookupResult['seen'];
  readonly chosen: PatchPlace;
  /** Shown over the patches where it is given. */
  readonly scores?: LookupResult['scores'];
  readonly onChoose: (place: PatchPlace) => void;
}) {
  const { about, path, seen, chosen, scores, onChoose } = props;
  const { rows, cols } = about;
  const grid = useRef<HTMLElement>(null);
  const most = Math.max(...(scores?.probabilities ?? [1]));
  const move = (event: KeyboardEvent) => {
    const next = movedPatch(event.key, chosen, about);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    grid.current?.querySelector<HTMLElement>(`[data-at="${next.row},${next.col}"]`)?.focus();
  };
  return (
    <div
      className={classes['seen']!}
      style={{ aspectRatio: `${about.imageSize[1]} / ${about.imageSize[0]}` }}
    >
      <img src={imageAddress(path, SIDE)} alt={pictureName(path)} style={shownPart(seen)} />
      <section
        ref={grid}
        aria-label="Patches; arrow keys move"
        className={classes['grid']!}
        style={{
          gridTemplateRows: `repeat(${rows}, 1fr)`,
          gridTemplateColumns: `repeat(${cols}, 1fr)`,
        }}
        onKeyDown={move}
      >
        {Array.from({ length: rows * cols }, (_, at) => {
          const place = { row: Math.floor(at / cols), col: at % cols };
          const isChosen = place.row === chosen.row && place.col === chosen.col;
          const probability = scores?.probabilities[at];
          return (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: patches of a grid never change their order
              key={at}
              type="button"
              data-at={`${place.row},${place.col}`}
              data-taken={scores?.taken === at ? true : undefined}
              aria-pressed={isChosen}
              aria-label={patchLabel(place, probability)}
              tabIndex={isChosen ? 0 : -1}
              className={classes['patch']!}
              style={probability === undefined ? {} : scoreStyle(probability / most)}
              onClick={() => onChoose(place)}
            />
          );
        })}
      </section>
    </div>
  );
}

/** Improbable patches are darkened, probable ones tinted. @param share of the most probable one */
function scoreStyle(share: number) {
  const dark = 0.6 * (1 - share);
  return {
    background: `linear-gradient(rgb(255 220 40 / ${(0.6 * share).toFixed(3)}), rgb(255 220 40 / ${(0.6 * share).toFixed(3)})), rgb(0 0 0 / ${dark.toFixed(3)})`,
  };
}
