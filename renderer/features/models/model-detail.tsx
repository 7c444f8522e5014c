/** One network: what it is, its card, and taking it away. */
import {
  Alert,
  Button,
  Card,
  Group,
  List,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Model, ModelDetail } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText, numberText } from '../../ui/format.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { ExportHistory } from './export-history.tsx';
import { ExportPanel } from './export-panel.tsx';
import type { Which } from './formats.ts';
import classes from './models.module.css';

export function ModelDetailPage({ reference }: { readonly reference: string }) {
  const models = useStudio('models.list', {});
  const [which, setWhich] = useState<Which>({});
  const model = models.data?.find((found) => found.reference === reference);
  const described = useStudio('models.describe', { reference, ...which });
  return (
    <Page
      title={model?.name ?? reference.split(/[\\/]/).at(-1) ?? reference}
      about={described.data?.origin}
      actions={
        <>
          {model?.source === 'run' ? (
            <Button
              component={Link}
              href={`/runs/${encodeURIComponent(reference)}`}
              variant="default"
            >
              Its run
            </Button>
          ) : null}
          <Button
            component={Link}
            href={`/finetune/${encodeURIComponent(reference)}`}
            variant="default"
          >
            Fine-tune or evaluate
          </Button>
          <Button component={Link} href="/models" variant="default">
            All models
          </Button>
        </>
      }
    >
      {model?.source === 'run' ? (
        <WhichNetwork model={model} which={which} onChange={setWhich} />
      ) : null}
      {described.error === null ? null : (
        <ErrorNotice error={described.error} onRetry={() => void described.refetch()} />
      )}
      {described.data === undefined ? (
        described.error === null ? (
          <Text role="status">Reading the network…</Text>
        ) : null
      ) : (
        <>
          <ExportPanel reference={reference} model={model} which={which} />
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Facts detail={described.data} />
            <Card withBorder component="section" aria-label="Model card">
              <Title order={2} size="h4" mb="sm">
                Model card
              </Title>
              <ScrollRegion label="Model card" height={560}>
                <Markdown text={described.data.card} />
              </ScrollRegion>
            </Card>
          </SimpleGrid>
        </>
      )}
      <ExportHistory of={reference} />
    </Page>
  );
}

function WhichNetwork(props: {
  readonly model: Model;
  readonly which: Which;
  readonly onChange: (which: Which) => void;
}) {
  const { model, which, onChange } = props;
  const { data } = useStudio('runs.get', { id: model.reference });
  const steps = [...(data?.checkpoints ?? [])].reverse();
  return (
    <Group>
      {model.kind === 'pretrained' ? (
        <NativeSelect
          label="Network"
          description="Published fine-tuning begins from the teacher."
          data={[
            { value: 'teacher', label: 'Teacher: the slowly moving copy' },
            { value: 'student', label: 'Student: the one that was trained' },
          ]}
          value={which.network ?? 'teacher'}
          onChange={(event) =>
            onChange({ ...which, network: event.currentTarget.value as 'teacher' | 'student' })
          }
        />
      ) : null}
      <NativeSelect
        label="Checkpoint"
        description="Earlier ones can have better features."
        data={[
          { value: '', label: model.kind === 'classifier' ? 'The best' : 'The newest' },
          ...steps.map(({ step, best }) => ({
            value: String(step),
            label: `Step ${countText(step)}${best ? ', the best' : ''}`,
          })),
        ]}
        value={which.checkpoint === undefined ? '' : String(which.checkpoint)}
        onChange={(event) => {
          const { checkpoint: _, ...rest } = which;
          const step = event.currentTarget.value;
          onChange(step === '' ? rest : { ...rest, checkpoint: Number(step) });
        }}
      />
    </Group>
  );
}

function Facts({ detail }: { readonly detail: ModelDetail }) {
  const { depth, embedDim, heads, imageSize, patchSize, parameters, tensors } = detail;
  const channels = (values: readonly number[]) =>
    values.map((value) => numberText(value, 3)).join(', ');
  const facts: [string, string][] = [
    ['Network', `Vision transformer, ${depth} blocks, width ${embedDim}, ${heads} heads`],
    ['Size', `${countText(parameters)} numbers in ${countText(tensors)} tensors`],
    ['Images', `${imageSize[1]} × ${imageSize[0]} pixels, in patches of ${patchSize}`],
    ['Colours', `mean ${channels(detail.mean)}; standard deviation ${channels(detail.std)}`],
    ...(detail.classes === undefined
      ? []
      : ([[`${countText(detail.classes.length)} classes`, detail.classes.join(', ')]] as [
          string,
          string,
        ][])),
  ];
  return (
    <Card withBorder component="section" aria-label="What it is">
      <Stack>
        <Title order={2} size="h4">
          What it is
        </Title>
        <dl className={classes['facts']!}>
          {facts.map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
        {detail.notes.length === 0 ? null : (
          <Alert color="yellow" variant="light" title="Assumed when it was read">
            <List size="sm">
              {detail.notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          </Alert>
        )}
      </Stack>
    </Card>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
