/** Tables and figures of a job, with download links. */
import { Anchor, List, Text } from '@mantine/core';
import { downloadAddress, type Job } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { baseName } from '../../ui/base-name.ts';
import { Section } from '../../ui/section.tsx';
import { ShowButton } from '../../ui/show-file.tsx';

export function ResultFiles({ job: { results, result } }: { readonly job: Job }) {
  if (results === undefined) return null;
  const named = result?.['files'];
  const files = Array.isArray(named) ? named.filter((file) => typeof file === 'string') : [];
  return (
    <Section
      title="Tables and figures"
      actions={<ShowButton path={results} label="Download all" />}
    >
      {files.length === 0 ? null : (
        <List size="sm">
          {files.map((file) => (
            <List.Item key={file}>
              <FileName file={file} />
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        In {results}
      </Text>
    </Section>
  );
}

function FileName({ file }: { readonly file: string }) {
  const name = baseName(file);
  return desktop === undefined ? (
    <Anchor href={downloadAddress(file)} download size="sm">
      {name}
    </Anchor>
  ) : (
    <span>{name}</span>
  );
}
