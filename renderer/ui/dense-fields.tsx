/** Fields for how masks and boxes are read, where the files do not say it. */
import { Accordion, Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  DENSE_FORMAT_TITLES,
  DENSE_FORMATS,
  DENSE_LABELS,
  type DenseFormat,
  type DenseLabels,
  isMaskFormat,
} from '../../engine/contract/dense-labels.ts';
import { countOf } from './format.ts';
import { PathField } from './path-field.tsx';

const TABLES = { title: 'Class table', extensions: ['csv', 'json', 'txt'] } as const;
/** Largest value of a mask of 16 bits. */
const MOST_VALUE = 65_535;
const { zero, ignore } = DENSE_LABELS;

/** The values in a text such as `0, 255`; undefined where something else is in it. */
export function ignoredValues(text: string): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const isValue = (part: string) => /^\d+$/.test(part) && Number(part) <= MOST_VALUE;
  return parts.every(isValue) ? parts.map(Number) : undefined;
}

/** @param props.formats to choose from */
export function DenseFields(props: {
  readonly value: DenseLabels;
  readonly onChange: (value: DenseLabels) => void;
  readonly formats: readonly DenseFormat[];
  /** Whether the fields are shown from the beginning. */
  readonly open?: boolean;
  /** Further fields, and how many of them have a value. */
  readonly more?: { readonly fields: ReactNode; readonly given: number };
}) {
  const { value, onChange, formats, open = false, more } = props;
  // A value that was chosen for other labels is shown too, since it is what they are read as.
  const offered = DENSE_FORMATS.filter((one) => formats.includes(one) || one === value.format);
  const hasMasks = formats.some(isMaskFormat);
  const given = Object.values(value).filter((one) => one !== undefined).length + (more?.given ?? 0);
  const set = <K extends keyof DenseLabels>(key: K, chosen: DenseLabels[K] | undefined) => {
    const { [key]: _, ...rest } = value;
    onChange(chosen === undefined ? rest : { ...rest, [key]: chosen });
  };
  const path = (key: 'masks' | 'images' | 'classTable') => (
    <PathField
      label={DENSE_LABELS[key].title}
      description={DENSE_LABELS[key].help}
      value={value[key] ?? ''}
      onChange={(chosen) => set(key, chosen.trim() === '' ? undefined : chosen.trim())}
      {...(key === 'classTable' ? { file: TABLES } : {})}
    />
  );
  return (
    <Accordion variant="contained" defaultValue={open ? 'options' : null}>
      <Accordion.Item value="options">
        <Accordion.Control>
          How labels are read
          {given === 0 ? '' : ` (${countOf(given, 'option')})`}
        </Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <NativeSelect
              label={DENSE_LABELS.format.title}
              data={[
                { value: '', label: 'Recognised from the files' },
                ...offered.map((format) => ({ value: format, label: DENSE_FORMAT_TITLES[format] })),
              ]}
              value={value.format ?? ''}
              onChange={(event) =>
                set(
                  'format',
                  offered.find((format) => format === event.currentTarget.value),
                )
              }
            />
            {hasMasks ? path('masks') : null}
            {path('images')}
            {more?.fields}
            {path('classTable')}
            {hasMasks ? (
              <>
                <IgnoredField value={value.ignore} onChange={(values) => set('ignore', values)} />
                <ZeroField value={value.zero} onChange={(chosen) => set('zero', chosen)} />
              </>
            ) : null}
            <Checkbox
              label={DENSE_LABELS.negatives.help.replace(/\.$/, '')}
              checked={value.negatives === true}
              onChange={(event) => set('negatives', event.currentTarget.checked ? true : undefined)}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function ZeroField(props: {
  readonly value: DenseLabels['zero'];
  readonly onChange: (value: DenseLabels['zero']) => void;
}) {
  return (
    <NativeSelect
      label={zero.title}
      data={[
        { value: '', label: 'As the format has it' },
        { value: 'background', label: 'The class background' },
        { value: 'nothing', label: 'Nothing to learn' },
      ]}
      value={props.value ?? ''}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        props.onChange(chosen === 'background' || chosen === 'nothing' ? chosen : undefined);
      }}
    />
  );
}

function IgnoredField(props: {
  readonly value: readonly number[] | undefined;
  readonly onChange: (values: number[] | undefined) => void;
}) {
  const { value = [], onChange } = props;
  const [text, setText] = useState(value.join(', '));
  const read = ignoredValues(text);
  return (
    <TextInput
      label={ignore.title}
      description="Values of masks that are neither learnt nor evaluated; 255 if left empty."
      value={text}
      maxLength={200}
      error={read === undefined ? 'Whole numbers from 0 to 65535, separated by commas.' : undefined}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        const values = ignoredValues(typed);
        if (values !== undefined) onChange(values.length === 0 ? undefined : values);
      }}
    />
  );
}
