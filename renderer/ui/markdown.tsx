/** Markdown without HTML. External links show their URL instead of opening it. */
import { Anchor, Table, Text, Title, Typography } from '@mantine/core';
import { Children, isValidElement, type ReactNode } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Link } from 'wouter';
import { CopyText } from './copy-text.tsx';
import classes from './markdown.module.css';
import { slugOf } from './slug.ts';

type Order = 2 | 3 | 4 | 5 | 6;

/**
 * @param props.top       level of the top heading on this page
 * @param props.placeOf   returns the address of a link within the application; then headings have anchors
 * @param props.pictureOf returns the address of a picture; without it pictures are their descriptions
 */
export function Markdown(props: {
  readonly text: string;
  readonly top?: Order;
  readonly placeOf?: (href: string, text: string) => string | undefined;
  readonly pictureOf?: (source: string) => string | undefined;
}) {
  const { text, top = 3, placeOf, pictureOf } = props;
  const at = { top, hasAnchor: placeOf !== undefined };
  return (
    <Typography fz="sm" className={classes['text']!}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          h1: ({ children }) => (
            <Heading {...at} level={0}>
              {children}
            </Heading>
          ),
          h2: ({ children }) => (
            <Heading {...at} level={1}>
              {children}
            </Heading>
          ),
          h3: ({ children }) => (
            <Heading {...at} level={2}>
              {children}
            </Heading>
          ),
          a: ({ children, href = '' }) => (
            <MarkdownLink place={placeOf?.(href, textOf(children))} href={href}>
              {children}
            </MarkdownLink>
          ),
          img: ({ alt, src }) => <Picture source={pictureOf?.(String(src))} text={alt ?? ''} />,
          pre: ({ children }) => (
            <div className={classes['code']!}>
              <pre>{children}</pre>
              <CopyText
                text={textOf(children).trim()}
                label="Copy"
                size="sm"
                className={classes['copy']!}
              />
            </div>
          ),
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
        {/* Without the YAML front matter that Hugging Face uses. */}
        {text.replace(/^---\n[\s\S]*?\n---\n/, '')}
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
  // Headings have no anchors here.
  if (href.startsWith('#')) return children;
  return (
    <Text span inherit>
      {children} ({href})
    </Text>
  );
}

const HEADINGS = [
  { size: 'h3', mt: 0 },
  { size: 'h4', mt: 'md' },
  { size: 'h5', mt: 'sm' },
] as const;

function Heading(props: {
  readonly top: Order;
  readonly hasAnchor: boolean;
  readonly level: 0 | 1 | 2;
  readonly children: ReactNode;
}) {
  const { top, hasAnchor, level, children } = props;
  const id = hasAnchor ? slugOf(textOf(children)) : undefined;
  return (
    <Title order={Math.min(6, top + level) as Order} id={id} {...HEADINGS[level]}>
      {children}
    </Title>
  );
}

function Picture({ source, text }: { readonly source: string | undefined; readonly text: string }) {
  if (source === undefined) return <span>{text}</span>;
  return <img src={source} alt={text} className={classes['picture']!} />;
}

/** The text of rendered Markdown. */
function textOf(node: ReactNode): string {
  return Children.toArray(node)
    .map((child) =>
      isValidElement<{ readonly children?: ReactNode }>(child)
        ? textOf(child.props.children)
        : String(child),
    )
    .join('');
}
