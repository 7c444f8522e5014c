/** An image with the objects that were found in it. */
import { Card, Text, UnstyledButton } from '@mantine/core';
import { imageAddress } from '../../../../engine/contract/studio/index.ts';
import { baseName } from '../../../ui/base-name.ts';
import { countText } from '../../../ui/format.ts';
import {
  type ClassNames,
  countsOfObjects,
  labelsOfObjects,
  objectsText,
} from '../../../ui/label-overlay/drawn-objects.ts';
import { LabelOverlay } from '../../../ui/label-overlay/label-overlay.tsx';
import classes from './cards.module.css';
import { FoundClasses } from './found-classes.tsx';
import type { ShownImage } from './objects-shown.ts';

const SIDE = 640;

export function ObjectsCard(props: {
  readonly image: ShownImage;
  readonly names: ClassNames;
  /** 0 to 1, of the inside of masks */
  readonly opacity: number;
  readonly onOpen: () => void;
}) {
  const { image, names, opacity, onOpen } = props;
  const { path, objects } = image;
  const name = baseName(path);
  const view = { isShown: true, opacity };
  const found = countsOfObjects(objects).map(({ label, count }) => ({
    label,
    colour: names.colours[label],
    text: `${names.classes[label]} ${countText(count)}`,
  }));
  return (
    <Card component="article" withBorder padding="sm" aria-label={name}>
      <UnstyledButton
        className={classes['objects']!}
        aria-label={`Open ${name}: ${objectsText(objects, names)}`}
        onClick={onOpen}
      >
        <img src={imageAddress(path, SIDE)} alt="" loading="lazy" />
        <LabelOverlay labels={labelsOfObjects(image, objects, names)} view={view} />
      </UnstyledButton>
      <Text size="sm" mt="xs" title={path} truncate>
        {name}
      </Text>
      {found.length === 0 ? <Text size="xs">nothing found</Text> : <FoundClasses found={found} />}
    </Card>
  );
}
