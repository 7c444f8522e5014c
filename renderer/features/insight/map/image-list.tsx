/** Images of a map in a row of small pictures; a click chooses one. */
import { Stack, Text, UnstyledButton } from '@mantine/core';
import { pictureName } from '../../../ui/picture-name.ts';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import classes from './map.module.css';

const SIDE = 160;

interface ListedImage {
  readonly row: number;
  readonly path: string;
  readonly text: string;
}

export function ImageList(props: {
  readonly label: string;
  readonly images: readonly ListedImage[];
  readonly onChoose: (row: number) => void;
}) {
  const { label, images, onChoose } = props;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <ul className={`plain-list ${classes['images']}`} aria-label={label}>
        {images.map((image) => (
          <li key={image.row}>
            <UnstyledButton
              w="100%"
              aria-label={`${pictureName(image.path)}, ${image.text}`}
              title={image.path}
              onClick={() => onChoose(image.row)}
            >
              <Thumbnail path={image.path} side={SIDE} />
              <Text component="span" size="xs" c="dimmed" className="digits">
                {image.text}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
