/** Tables, figures and exports of a job or a run, with download links. */
import { Anchor, Group, List, Text } from '@mantine/core';
import {
  downloadAddress,
  type InputOf,
  type ResultFile,
  type ResultFiles as Results,
} from '../../engine/contract/studio/index.ts';
import { desktop } from '../client/studio.ts';
import { useStudio } from '../client/use-studio.ts';
import { baseName } from './base-name.ts';
import { bytesText, countOf } from './format.ts';
import { LinkButton } from './link-button.tsx';
import { referenceAddress } from './reference-param.ts';
import { Section } from './section.tsx';
import { ShowButton, ShowFile } from './show-file.tsx';

const LOOK_MS = 3000;

export function ResultFiles(props: {
  readonly of: InputOf<'results.files'>;
  /** Whether further files may come. */
  readonly live?: boolean;
  /** The run whose network can be exported. */
  readonly network?: string | undefined;
}) {
  const { of, live = false, network } = props;
  const { data } = useStudio('results.files', of, live ? { every: LOOK_MS } : {});
  if (data === undefined || (data.files.length === 0 && network === undefined)) return null;
  const { folder, folders = [], files, exports } = data;
  return (
    <Section
      title="Files"
      actions={
        folder === undefined || files.length === 0 ? null : (
          <ShowButton path={folder} label="Download all" />
        )
      }
    >
      {files.length === 0 ? null : (
        <>
          <List size="sm">
            {files.map((file) => (
              <List.Item key={file.path}>
                <FileName {...file} />
              </List.Item>
            ))}
            {folders.map((one) => (
              <List.Item key={one.name}>
                {one.name}{' '}
                <Text span size="sm" c="dimmed">
                  {countOf(one.files, 'file')}
                  {desktop === undefined ? ', in Download all' : ''}
                </Text>
              </List.Item>
            ))}
          </List>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            In {folder}
          </Text>
        </>
      )}
      {network === undefined ? null : <Exports run={network} exports={exports} />}
    </Section>
  );
}

function FileName({ path, bytes }: ResultFile) {
  const name = baseName(path);
  return (
    <>
      {desktop === undefined ? (
        <Anchor href={downloadAddress(path)} download size="sm">
          {name}
        </Anchor>
      ) : (
        name
      )}{' '}
      <Text span size="sm" c="dimmed">
        {bytesText(bytes)}
      </Text>
    </>
  );
}

function Exports({ run, exports }: { readonly run: string } & Pick<Results, 'exports'>) {
  return (
    <>
      {exports.map(({ path, bytes, format }) => (
        <Group key={path} gap="sm">
          <Text size="sm">
            Export, {format}, {bytesText(bytes)}
          </Text>
          <ShowFile path={path} />
        </Group>
      ))}
      <Group>
        <LinkButton href={referenceAddress('models', run)} size="xs">
          Export…
        </LinkButton>
      </Group>
    </>
  );
}
