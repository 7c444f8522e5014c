/** A help document, shown at the place that the address names. */
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useAddressQuery } from '../../state/address.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { type HelpDocument, helpPlace, pictureAddress } from './documents.ts';
import classes from './help.module.css';
import { showPlace } from './show-place.ts';

export function HelpDocumentView({
  document: { name, read },
}: {
  readonly document: HelpDocument;
}) {
  const { data, error } = useQuery({ queryKey: ['help', name], queryFn: read });
  const isDark = useComputedColorScheme('light') === 'dark';
  const query = useAddressQuery();
  const [at, find] = [query.get('at') ?? '', query.get('find') ?? ''];
  const article = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (data !== undefined && article.current !== null) return showPlace(article.current, at, find);
  }, [data, at, find]);
  return (
    <div ref={article} className={classes['document']!}>
      <ErrorNotice error={error} />
      {data === undefined ? null : (
        <Markdown
          text={data}
          top={2}
          placeOf={(href, text) => helpPlace(name, href, text)}
          pictureOf={(source) => pictureAddress(source, isDark)}
        />
      )}
    </div>
  );
}
