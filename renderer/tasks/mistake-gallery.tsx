/** A grid of images that were predicted wrongly; each opens in the lightbox of its caller. */
import { SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { percentText } from '../ui/format.ts';
import { pictureName } from '../ui/picture-name.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import classes from './mistake-gallery.module.css';

const SIDE = 256;

export interface Mistake {
  readonly path: string;
  readonly missing?: boolean | undefined;
  /** What it is, such as `Actual`, and the name of a class. */
  readonly lines: readonly (readonly [what: string, name: string])[];
  /** What the last number is, and the number. */
  readonly sure: readonly [what: string, share: number];
}

export function MistakeGallery(props: {
  readonly mistakes: readonly Mistake[];
  readonly onOpen: (position: number) => void;
}) {
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, sm: 4, md: 5, lg: 6, xl: 8 }}>
      {props.mistakes.map((mistake, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an image has a mistake for each wrong label
        <figure key={`${i} ${mistake.path}`} className={classes['mistake']!}>
          <UnstyledButton w="100%" onClick={() => props.onOpen(i)}>
            <Thumbnail
              path={mistake.path}
              side={SIDE}
              alt={altOf(mistake)}
              missing={mistake.missing}
            />
          </UnstyledButton>
          <Caption {...mistake} />
        </figure>
      ))}
    </SimpleGrid>
  );
}

function Caption({ path, lines, sure: [what, share] }: Mistake) {
  return (
    <figcaption>
      {lines.map(([title, name]) => (
        <Text key={title} size="sm" lineClamp={2} title={name}>
          {title} <b>{name}</b>
        </Text>
      ))}
      <Text size="sm">
        {what} {percentText(share, 0)}
      </Text>
      <Text size="xs" c="dimmed" truncate title={path}>
        {pictureName(path)}
      </Text>
    </figcaption>
  );
}

/** Such as `Actual cat, predicted dog`. */
function altOf({ lines }: Mistake): string {
  return lines
    .map(([what, name], i) => `${i === 0 ? what : what.toLowerCase()} ${name}`)
    .join(', ');
}

/** The same with its number, for the lightbox. */
export function mistakeCaption(mistake: Mistake): string {
  const [what, share] = mistake.sure;
  return `${altOf(mistake)}, ${what} ${percentText(share, 0)}`;
}
