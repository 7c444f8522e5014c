/** The equivalent command line, with a button to copy it. */
import { Code, Group, Text } from '@mantine/core';
import { type JobRequest, jobArguments, shellText } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { CopyText } from './copy-text.tsx';

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
        <CopyText text={command} label="Copy the command" />
      </Group>
    </div>
  );
}
