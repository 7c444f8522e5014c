/** One image with what was predicted for it, and a field for its label. */
import {
  Anchor,
  Badge,
  Group,
  MultiSelect,
  NativeSelect,
  Select,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core';
import type { PredictionItem, PredictionPage } from '../../../../engine/contract/studio/index.ts';
import { percentText } from '../../../ui/format.ts';
import { shortPath } from '../../../ui/path-text.tsx';
import { pictureName } from '../../../ui/picture-name.ts';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import classes from './prediction-row.module.css';
import { mostLikely, predictedText } from './row-text.ts';

const SIDE = 160;
const SHOWN = 3;
const PATH_LENGTH = 70;

export interface RowProps {
  readonly item: PredictionItem;
  readonly page: Pick<PredictionPage, 'classes' | 'several'>;
  readonly onOpen: () => void;
  /** Null takes it out of the labelled set. */
  readonly onLabel: (labels: string[] | null) => void;
}

export function PredictionRowView({ item, page, onOpen, onLabel }: RowProps) {
  const { path, predicted, confidence } = item;
  const name = pictureName(path);
  return (
    <div className={classes['row']!}>
      <UnstyledButton
        className={classes['thumbnail']!}
        onClick={onOpen}
        aria-label={`Open ${name}: ${predictedText(item)}`}
      >
        <Thumbnail path={path} side={SIDE} />
      </UnstyledButton>
      <Stack gap={4} className={classes['text']!}>
        <Group gap={6}>
          {predicted.length === 0 ? <Text fw={600}>no label</Text> : null}
          {predicted.map((one) => (
            <Badge key={one} variant="outline" tt="none" maw="100%">
              {one}
            </Badge>
          ))}
          <Text size="sm" className="digits">
            {percentText(confidence)}
          </Text>
        </Group>
        <Text size="sm" className={classes['name']!} title={path} truncate>
          {shortPath(path, PATH_LENGTH)}
        </Text>
      </Stack>
      <ul className={`plain-list ${classes['shares']}`} aria-label={`Probabilities of ${name}`}>
        {mostLikely(item, page.classes, SHOWN).map(({ name: one, probability }) => (
          <li key={one}>
            <span className={classes['share']!} style={{ width: `${probability * 100}%` }} />
            <Text size="xs" truncate title={one}>
              {one}
            </Text>
            <Text size="xs" className="digits">
              {percentText(probability)}
            </Text>
          </li>
        ))}
      </ul>
      <div className={classes['label']!}>
        <LabelField item={item} page={page} name={name} onLabel={onLabel} />
      </div>
    </div>
  );
}

/** Of so many classes a list of the system is quick to draw; of more, one that can be searched is needed. */
const NATIVE_CLASSES = 50;

function LabelField(props: Omit<RowProps, 'onOpen'> & { readonly name: string }) {
  const { item, page, name, onLabel } = props;
  const label = item.labels?.[0];
  const data = [...new Set([...page.classes, ...(item.labels ?? [])])];
  const common = { 'aria-label': `Label of ${name}`, size: 'sm' } as const;
  if (!page.several && data.length <= NATIVE_CLASSES)
    return (
      <NativeSelect
        {...common}
        data={[{ value: '', label: 'Label…' }, ...data]}
        value={label ?? ''}
        onChange={({ currentTarget: { value } }) => onLabel(value === '' ? null : [value])}
      />
    );
  const searched = {
    ...common,
    data,
    placeholder: 'Label…',
    searchable: true,
    limit: 200,
    clearable: true,
  };
  return page.several ? (
    <>
      <MultiSelect
        {...searched}
        value={[...(item.labels ?? [])]}
        placeholder={item.labels?.length === 0 ? 'no label' : 'Label…'}
        onChange={(labels) => onLabel(labels)}
      />
      {item.labels === undefined ? null : (
        <Anchor
          component="button"
          type="button"
          size="xs"
          onClick={() => onLabel(null)}
          aria-label={`Remove from the set: ${name}`}
        >
          Remove from the set
        </Anchor>
      )}
    </>
  ) : (
    <Select
      {...searched}
      value={label ?? null}
      onChange={(chosen) => onLabel(chosen === null ? null : [chosen])}
    />
  );
}
