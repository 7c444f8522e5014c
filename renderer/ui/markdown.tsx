/** Markdown without HTML. External links show their URL instead of opening it. */
import { Anchor, Table, Text, Title, Typography } from '@mantine/core';
import type { ReactNode } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Link } from 'wouter';
import classes from './markdown.module.css';

type Order = 2 | 3 | 4 | 5 | 6;

/**
 * @param props.top     level of the top heading on this page
 * @param props.placeOf returns the route of a link within the application
 */
export function Markdown(props: {
  readonly text: string;
  readonly top?: Order;
  readonly placeOf?: (href: string) => string | undefined;
}) {
  const { text, top = 3, placeOf } = props;
  const order = (level: number) => Math.min(6, top + level) as Order;
  return (
    <Typography fz="sm" className={classes['text']!}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          h1: ({ children }) => (
            <Title order={order(0)} size="h3">
              {children}
            </Title>
          ),
          h2: ({ children }) => (
            <Title order={order(1)} size="h4" mt="md">
              {children}
            </Title>
          ),
          h3: ({ children }) => (
            <Title order={order(2)} size="h5" mt="sm">
              {children}
            </Title>
          ),
          a: ({ children, href = '' }) => (
            <MarkdownLink place={placeOf?.(href)} href={href}>
              {children}
            </MarkdownLink>
          ),
          img: ({ alt }) => <span>{alt}</span>,
          table: ({ children }) => (
            // biome-ignore lint/a11y/useSemanticElements: a table is no fieldset, and several are no landmarks
            <div
              role="group"
              aria-label="Table"
              className={classes['table']!}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
              tabIndex={0}
            >
              <Table verticalSpacing={4}>{children}</Table>
            </div>
          ),
        }}
      >
        {withoutFrontMatter(text)}
      </ReactMarkdown>
    </Typography>
  );
}

function MarkdownLink(props: {
  readonly place: string | undefined;
  readonly href: string;
  readonly children: ReactNode;
}) {
  const { place, href, children } = props;
  if (place !== undefined)
    return (
      <Anchor component={Link} href={place} inherit>
        {children}
      </Anchor>
    );
  // Links within the document are shown as text, since its headings have no anchors.
  if (href.startsWith('#')) return children;
  return (
    <Text span inherit>
      {children} ({href})
    </Text>
  );
}

/** Remove the YAML front matter that Hugging Face uses. */
function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, '');
}
