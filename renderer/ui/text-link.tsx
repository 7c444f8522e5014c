/** A link within a sentence, underlined, since colour alone would not tell it. */
import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

export function TextLink(props: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Anchor component={Link} href={props.href} underline="always" inherit>
      {props.children}
    </Anchor>
  );
}
