/** Attention maps for a page. */
import { encode } from 'fast-png';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import type { Attention, AttentionOfNetwork } from '../contract/studio/attention.ts';
import type { AttentionToolOrder } from '../contract/tools.ts';
import { attention, type NetworkAttention } from '../downstream/attention.ts';
import { shownPixels } from '../insight/attention/shown-pixels.ts';
import { bytesOf } from '../tensor/host-tensor.ts';

/** Numbers of all maps together; more take a page too long. */
const MOST_NUMBERS = 16e6;

/** @throws StudioError `maps-too-large`; errors of opening models and images */
export async function attentionOf(order: AttentionToolOrder): Promise<Attention> {
  const { workspace, networks, images, count } = order;
  const found = await attention({
    workspace,
    networks: networks.map(({ reference, network, checkpoint, untrained }) => ({
      reference,
      ...defined({ network, step: checkpoint, untrained }),
    })),
    images,
    count,
  });
  const numbers = found.networks.reduce((sum, { maps }) => sum + maps.attention.length, 0);
  if (numbers > MOST_NUMBERS)
    throw new StudioError('maps-too-large', 'So many maps are too much for a page.', {
      advice: 'Choose fewer images or networks, or write them with conmim insight attention.',
    });
  return {
    images: [...found.images],
    networks: found.networks.map(shown),
    notes: [...found.notes],
  };
}

function shown({
  label,
  origin,
  step,
  untrained,
  input,
  maps,
}: NetworkAttention): AttentionOfNetwork {
  const { images, blocks, heads, rows, cols, attention, rollout, pixels } = maps;
  const size = pixels.length / images;
  const pictures = Array.from({ length: images }, (_, i) => {
    const { width, height, data } = shownPixels(pixels.subarray(i * size, (i + 1) * size), input);
    const png = encode({ width, height, channels: 3, data });
    return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  });
  return {
    label,
    origin,
    ...defined({ step }),
    untrained,
    blocks,
    heads,
    rows,
    cols,
    pictures,
    attention: base64(attention),
    rollout: base64(rollout),
  };
}

const base64 = (numbers: Float32Array) => Buffer.from(bytesOf(numbers)).toString('base64');
