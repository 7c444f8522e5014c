/** A path as text of a page: short enough for its place, whole in its title. */
import { Text, type TextProps } from '@mantine/core';
import { shortPath } from './short-path.ts';

/** @param props.most letters that are shown at most; all of them, on as many lines as it takes, when left out */
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
