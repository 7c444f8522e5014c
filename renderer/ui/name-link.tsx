/** The name of a run or a job, as a link to its page. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './name-link.module.css';

export function NameLink(props: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Link href={props.href} className={classes['link']!}>
      {props.children}
    </Link>
  );
}
