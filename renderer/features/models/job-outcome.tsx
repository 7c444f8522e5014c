/** The result of an export, an embedding or an import. */
import { Alert, Group, List, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countOf, countText } from '../../ui/format.ts';
import { MainLinkButton } from '../../ui/link-button.tsx';
import { referenceAddress } from '../../ui/reference-param.ts';
import { ShowFile } from '../../ui/show-file.tsx';
import { importSentences, outcomePath, outcomeSentences } from './outcome-text.ts';

export function JobOutcome({ job }: { readonly job: Job }) {
  const { state, error, result, request, progress } = job;
  if (state === 'waiting') return <Text role="status">It is waiting in the queue.</Text>;
  if (state === 'running')
    return (
      <Text role="status">
        {progress === undefined
          ? 'Writing, reading back, comparing…'
          : `${countText(progress.done)} of ${countOf(progress.total, 'image')}…`}
      </Text>
    );
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (state === 'stopped') return <Text>It was stopped; nothing was written.</Text>;
  if (state !== 'done' || result === undefined) return null;
  const path = outcomePath(result);
  const imported = request.kind === 'import';
  return (
    <Alert
      color="teal"
      role="status"
      icon={<IconCheck aria-hidden />}
      title={imported ? 'Imported and checked' : 'Written and checked'}
    >
      <Stack gap="xs">
        {outcomeSentences(result).map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
        {imported ? (
          <List size="sm">
            {importSentences(result).map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        ) : null}
        {path === undefined ? null : <ShowFile path={path} />}
        {imported && path !== undefined ? (
          <Group>
            <MainLinkButton href={referenceAddress('models', path)} size="xs">
              Look at it
            </MainLinkButton>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}
