/** A path as text: shortened to fit, with the whole path as its title. */
import { Text, type TextProps } from '@mantine/core';

/** @param props.most maximum number of characters; by default the whole path wraps over several lines */
export function PathText(
  props: { readonly path: string; readonly most?: number } & Omit<TextProps, 'title'>,
) {
  const { path, most, ...rest } = props;
  return (
    <Text size="sm" {...rest} title={path}>
      {most === undefined ? path : shortPath(path, most)}
    </Text>
  );
}

/** A third of the characters is for the beginning, which names the drive or share. */
const BEGINNING = 1 / 3;

/**
 * Shorten a path in the middle, since beginning and end are more informative.
 *
 * @returns at most `most` characters; the last name is kept whole where it fits
 */
export function shortPath(path: string, most: number): string {
  // Code points are counted, so that none is split.
  const letters = [...path];
  if (letters.length <= most) return path;
  const name = [...(path.replace(/[\\/]+$/, '').match(/[\\/][^\\/]*$/)?.[0] ?? '')];
  const room = most - 1;
  const end = Math.min(Math.max(name.length, Math.ceil(room * (1 - BEGINNING))), room - 1);
  const begin = room - end;
  return `${letters.slice(0, begin).join('')}…${letters.slice(letters.length - end).join('')}`;
}
