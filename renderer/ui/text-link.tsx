/** A link within a sentence, underlined so that it is not distinguished by colour alone. */
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
