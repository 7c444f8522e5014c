/** Lines of a log, as they were printed. */
import classes from './log-lines.module.css';

export function LogLines({ lines }: { readonly lines: readonly string[] }) {
  return <pre className={classes['lines']!}>{lines.join('\n')}</pre>;
}
