/** Markdown as text: no HTML of its own, and links that name their address instead of opening it. */
import { Table, Text, Title, Typography } from '@mantine/core';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import classes from './markdown.module.css';

export function Markdown({ text }: { readonly text: string }) {
  return (
    <Typography fz="sm" className={classes['markdown']!}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          h1: ({ children }) => <Title order={3}>{children}</Title>,
          h2: ({ children }) => (
            <Title order={4} mt="md">
              {children}
            </Title>
          ),
          h3: ({ children }) => (
            <Title order={5} mt="sm">
              {children}
            </Title>
          ),
          a: ({ children, href }) => (
            <Text span inherit>
              {children} ({href})
            </Text>
          ),
          img: ({ alt }) => <span>{alt}</span>,
          table: ({ children }) => <Table verticalSpacing={4}>{children}</Table>,
        }}
      >
        {withoutFrontMatter(text)}
      </ReactMarkdown>
    </Typography>
  );
}

/** What Hugging Face reads and people do not. */
function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, '');
}
