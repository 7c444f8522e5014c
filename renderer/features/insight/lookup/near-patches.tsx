/** The nearest patches over a data set, each as a crop above its image. */
import { Text, UnstyledButton } from '@mantine/core';
import { imageAddress, type NearPatch } from '../../../../engine/contract/studio/index.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import classes from './lookup.module.css';
import { PatchCrop } from './patch-crop.tsx';
import { placeText } from './patch-text.ts';

const SIDE = 256;

export function NearPatches(props: {
  readonly patches: readonly NearPatch[];
  readonly onChoose: (patch: NearPatch) => void;
}) {
  return (
    <ul className={`plain-list ${classes['near']}`} aria-label="Nearest patches">
      {props.patches.map((patch) => (
        <li key={`${patch.path} ${patch.row} ${patch.col}`}>
          <UnstyledButton
            className={classes['found']!}
            aria-label={`${pictureName(patch.path)}, ${placeText(patch)}, similarity ${patch.similarity.toFixed(3)}: look up`}
            title={patch.path}
            onClick={() => props.onChoose(patch)}
          >
            <PatchCrop patch={patch} />
            <span className={classes['whole']!}>
              <img src={imageAddress(patch.path, SIDE)} alt="" loading="lazy" decoding="async" />
              <span
                className={classes['mark']!}
                style={{
                  left: `${100 * patch.box.x}%`,
                  top: `${100 * patch.box.y}%`,
                  width: `${100 * patch.box.width}%`,
                  height: `${100 * patch.box.height}%`,
                }}
              />
            </span>
            <Text component="span" size="xs" c="dimmed" className="digits">
              {patch.similarity.toFixed(3)}
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
