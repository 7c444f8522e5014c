import { stat } from 'node:fs/promises';
import path from 'node:path';
import { STACK_CHANNELS } from '../../contract/settings/stack-channels.ts';
import { readStatedRange } from '../../contract/settings/stated-range.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { FilePixels } from '../../data/pixels/file-pixels.ts';
import type { RangeRule } from '../../images/value-range.ts';
import type { Command } from '../command.ts';
import { countOf, countText } from '../format.ts';
import type { Output } from '../output.ts';
import { stacksOf } from '../stacks.ts';

/** @param given "type", "metadata", "metadata:2", or "LOW,HIGH" with more pairs for more channels */
function readRule(given = 'type'): RangeRule {
  if (given === 'type') return given;
  const stated = readStatedRange(given);
  if (stated !== undefined) return stated;
  const numbers = given.split(',').map((number) => (number.trim() === '' ? NaN : Number(number)));
  if (numbers.length % 2 !== 0 || !numbers.every(Number.isFinite))
    throw usageError(
      `--range is "${given}"; it must be type, metadata, metadata:NUMBER, or two numbers LOW,HIGH.`,
    );
  return Array.from({ length: numbers.length / 2 }, (_, i) => [
    numbers[2 * i]!,
    numbers[2 * i + 1]!,
  ]);
}

function ruleText(rule: RangeRule, { ranges }: FilePixels): string {
  const of = ranges.map(([black, white]) => `${black} to ${white}`).join('; ');
  if (typeof rule !== 'string') return `as stated: ${of}`;
  return rule === 'type' ? `of the type: ${of}` : `stated by the file: ${of}`;
}

function show(out: Output, pixels: FilePixels, rule: RangeRule, sample: number): void {
  const { format, width, height, channels, samples, numbers, bits, values } = pixels;
  out.result(
    `${format}, ${width} x ${height}, ${countOf(channels, 'channel')}, ${numbers} with ${countOf(bits, 'bit')} used`,
  );
  if (samples > 1) out.result(`Picture ${sample} of ${countText(samples)}, counted from 0`);
  out.result(`Range that becomes 0 to 1, ${ruleText(rule, pixels)}`);
  if (pixels.statedRanges !== undefined)
    out.result(
      `Ranges that the file states: ${pixels.statedRanges.map(([low, high]) => `${low},${high}`).join('; ')}. The first is metadata, the second metadata:2, and so on.`,
    );
  const plane = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const { low, high, mean } = statisticsOf(
      values.subarray(channel * plane, (channel + 1) * plane),
    );
    const [least, most, middle] = [low, high, mean].map((value) => value.toPrecision(4));
    out.result(`  channel ${channel}: ${least} to ${most}, mean ${middle}`);
  }
}

function statisticsOf(values: Float32Array) {
  let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return { low, high, mean: sum / values.length };
}

export const command: Command = {
  name: 'pixels',
  details:
    'The values are float32 from 0 to 1, [channels, height, width], before crop and normalisation.',
  positionals: ['FILE'],
  options: {
    sample: { value: 'N', help: 'Which picture of the file, from 0 (default 0).' },
    range: {
      value: 'RULE',
      help: 'Values that become 0 and 1: type (default), metadata, metadata:2 for the second range that the file states, or LOW,HIGH (one pair for all channels or one for each).',
    },
    'stack-channels': {
      value: 'AXES',
      help: `Which dimensions of a TIFF stack are channels: ${STACK_CHANNELS.join(', ')} (default C).`,
    },
    out: { value: 'FILE', help: 'Write the values as an array of NumPy (.npy).' },
  },
  examples: ['conmim pixels scan.npy --range 0,4095 --out values.npy'],
  async run({ args, out, host, parts }) {
    const file = path.resolve(host.cwd, args.positionals[0]!);
    const sample = args.integer('sample', 0) ?? 0;
    const rule = readRule(args.text('range'));
    const stacks = stacksOf(args.text('stack-channels'));
    const given = args.text('out');
    const target = given === undefined ? undefined : path.resolve(host.cwd, given);
    if (target !== undefined && (await stat(target).catch(() => undefined)) !== undefined)
      throw usageError(`${target} exists already; it is not replaced.`);
    const { values, ...facts } = await parts.readFilePixels(file, sample, rule, stacks);
    const { channels, height, width } = facts;
    if (target !== undefined)
      await parts.writeNpy(target, {
        dtype: 'f32',
        shape: [channels, height, width],
        data: values,
      });
    out.record({
      type: 'pixels',
      path: file,
      sample,
      ...facts,
      rule,
      ...(target && { out: target }),
    });
    show(out, { ...facts, values }, rule, sample);
    if (target !== undefined) out.result(`Values: ${target}`);
  },
};
