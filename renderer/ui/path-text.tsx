/** A path as text: shortened to fit, with the whole path as its title. */
import { Text, type TextProps } from '@mantine/core';
import { shortPath } from './short-path.ts';

/** @param props.most maximum number of characters; by default the whole path wraps over several lines */
export function PathText(
  props: { readonly path: string; readonly most?: number } & Omit<TextProps, 'title'>,
) {
  const { path, most, ...rest } = props;
  return (
    <Text size="sm" {...rest} title={path} style={{ overflowWrap: 'anywhere' }}>
      {most === undefined ? path : shortPath(path, most)}
    </Text>
  );
}
