/** The equivalent command line, with a button to copy it. */
import { ActionIcon, Code, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type JobRequest, jobArguments, shellText } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';

export function CopyCommand({ request }: { readonly request: JobRequest }) {
  const { data } = useStudio('app.info', {});
  const workspace = data?.workspace ?? 'workspace';
  const places = { workspace, results: `${workspace}/results` };
  const command = shellText(['conmim', ...jobArguments(request, places)]);
  return (
    <div>
      <Text size="sm" fw={500}>
        The same from a command line
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {command}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy'}>
              <ActionIcon variant="default" size="lg" onClick={copy} aria-label="Copy the command">
                {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
