/** Links to other pages that look like buttons. */
import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

export interface LinkButtonProps extends ButtonProps {
  readonly href: string;
  readonly children: ReactNode;
}

export function LinkButton(props: LinkButtonProps) {
  return <Button component={Link} variant="default" {...props} />;
}

/** The link that most people need next. */
export function MainLinkButton(props: LinkButtonProps) {
  return <Button component={Link} {...props} />;
}
