/** Maps of images in rows and networks in columns, with what is shown of them. */
import { Button, Group, Menu, NativeSelect, Slider, Stack, Switch, Text } from '@mantine/core';
import { Fragment, useMemo, useState } from 'react';
import { heatColour } from '../../../../engine/contract/heat-colours.ts';
import type { Attention } from '../../../../engine/contract/studio/index.ts';
import { baseName } from '../../../ui/base-name.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { OPACITY, OpacitySlider } from '../../../ui/opacity-slider.tsx';
import { saveMade } from '../../../ui/save-made.ts';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { Section } from '../../../ui/section.tsx';
import classes from './attention.module.css';
import { attentionPicture } from './attention-picture.ts';
import { MapPicture } from './map-picture.tsx';
import {
  type AttentionView,
  attentionNpy,
  type ShownAttention,
  shownAttention,
  shownMap,
} from './shown-attention.ts';

export function AttentionMaps({ attention }: { readonly attention: Attention }) {
  const shown = useMemo(() => shownAttention(attention), [attention]);
  const depth = Math.max(...shown.networks.map(({ blocks }) => blocks));
  const [view, setView] = useState<AttentionView>({
    block: depth,
    head: 'mean',
    rollout: false,
    opacity: OPACITY,
  });
  return (
    <Section title="Attention of the class token" actions={<Exports shown={shown} view={view} />}>
      <Stack>
        <Controls
          shown={shown}
          view={{ ...view, block: Math.min(view.block, depth) }}
          depth={depth}
          onView={setView}
        />
        <Text size="sm" c="dimmed">
          Colours run from 0 to the highest value of each map. Even attention gives every patch the
          same; the number below a map says how far the highest patch is above that.
        </Text>
        <Scale />
        <Grid shown={shown} view={view} />
      </Stack>
    </Section>
  );
}

function Controls(props: {
  readonly shown: ShownAttention;
  readonly view: AttentionView;
  readonly depth: number;
  readonly onView: (view: AttentionView) => void;
}) {
  const { shown, view, depth, onView } = props;
  const heads = Math.max(...shown.networks.map((network) => network.heads));
  return (
    <Group gap="xl" align="flex-end">
      <Stack gap={4} className={classes['slider']!}>
        <Text size="sm" id="block" role="status">
          Block {view.block} of {depth}
        </Text>
        <Slider
          thumbLabel="Block"
          min={1}
          max={depth}
          value={view.block}
          disabled={depth === 1}
          onChange={(block) => onView({ ...view, block })}
          label={null}
        />
      </Stack>
      <NativeSelect
        label="Head"
        value={String(view.head)}
        disabled={view.rollout}
        data={[
          { value: 'mean', label: 'Mean of the heads' },
          ...Array.from({ length: heads }, (_, h) => ({
            value: String(h),
            label: `Head ${h + 1}`,
          })),
        ]}
        onChange={(event) => {
          const head = event.currentTarget.value;
          onView({ ...view, head: head === 'mean' ? head : Number(head) });
        }}
      />
      <Switch
        label="Rollout"
        description="Through all blocks up to this one."
        checked={view.rollout}
        onChange={(event) => onView({ ...view, rollout: event.currentTarget.checked })}
      />
      <OpacitySlider value={view.opacity} onChange={(opacity) => onView({ ...view, opacity })} />
    </Group>
  );
}

const STOPS = Array.from({ length: 10 }, (_, i) => `rgb(${heatColour(i / 9).join(' ')})`);

function Scale() {
  return (
    <Group gap="xs">
      <Text size="xs">0</Text>
      <div
        className={classes['scale']!}
        style={{ background: `linear-gradient(to right, ${STOPS.join(', ')})` }}
        aria-hidden
      />
      <Text size="xs">highest</Text>
    </Group>
  );
}

function Grid({ shown, view }: { readonly shown: ShownAttention; readonly view: AttentionView }) {
  const { images, networks } = shown;
  const columns = `repeat(${networks.length + 1}, minmax(120px, 320px))`;
  return (
    <ScrollRegion label="Maps of the images" height="all">
      <div className={classes['grid']!} style={{ gridTemplateColumns: columns }}>
        <div className={classes['heading']!}>Image</div>
        {networks.map(({ label, number }) => (
          <div key={number} className={classes['heading']!}>
            {label}
          </div>
        ))}
        {images.map((file, row) => (
          <Fragment key={file}>
            <figure className={classes['figure']!}>
              <div className={classes['picture']!}>
                <img src={networks[0]!.pictures[row]!} alt={baseName(file)} />
              </div>
              <Text component="figcaption" size="xs" className={classes['name']!} title={file}>
                {baseName(file)}
              </Text>
            </figure>
            {networks.map((network) => (
              <MapPicture
                key={network.number}
                picture={network.pictures[row]!}
                map={shownMap(network, row, view)}
                opacity={view.opacity}
                name={`${network.label} on ${baseName(file)}`}
              />
            ))}
          </Fragment>
        ))}
      </div>
    </ScrollRegion>
  );
}

function Exports({
  shown,
  view,
}: {
  readonly shown: ShownAttention;
  readonly view: AttentionView;
}) {
  const save = (name: string, content: Blob | Promise<Blob>) =>
    void Promise.resolve(content)
      .then((blob) => saveMade(name, blob))
      .catch(notifyError);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">Export…</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('attention.png', attentionPicture(shown, view))}>
          Picture of what is shown (PNG)
        </Menu.Item>
        {shown.networks.flatMap((network) =>
          (['attention', 'rollout'] as const).map((of) => (
            <Menu.Item
              key={`${network.number} ${of}`}
              onClick={() => save(`${network.number}-${of}.npy`, attentionNpy(network, of))}
            >
              {of === 'attention' ? 'All blocks and heads' : 'Rollout'} of {network.label} (NPY)
            </Menu.Item>
          )),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
