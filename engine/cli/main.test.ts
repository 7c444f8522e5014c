import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { runCommand } from './testing/fake-host.ts';

describe('wrong usage', () => {
  it.each([
    [[], /A command is missing/],
    [['pretrian'], /no command "pretrian". Did you mean pretrain\?/],
    [['devices', 'extra'], /"extra" is one argument too many/],
    [['devices', '--jsn'], /--jsn is no option of this command. Did you mean --json\?/],
    [['scan'], /DIR is missing/],
    [['scan', ''], /DIR is empty/],
    [['pretrain', '--recipe', 'micro'], /--data DIR is missing/],
    [['pretrain', '--data', ',', '--recipe', 'micro'], /--data DIR is missing/],
    [['pretrain', '--data', 'x'], /--recipe RECIPE is missing/],
    [['pretrain', '--data', 'x', '--recipe', 'mikro'], /did you mean micro\?/],
    [['pretrain', '--data', 'x', '--recipe', 'micro', '--set', 'lr'], /not of the form key=value/],
    [['pretrain', '--data', 'x', '--recipe', 'micro', '--set', 'rl=1'], /did you mean lr\?/],
    [['pretrain', '--data', 'x', '--recipe', 'micro', '--set', 'lr=-1'], /lr is -1; it must be/],
    [['pretrain', '--data', 'x', '--recipe', 'micro', '--epochs', '0'], /--epochs is "0"; it must/],
    [['pretrain', '--data', 'x', '--recipe', 'micro', '--epochs', '1', '--steps', '1'], /exclude/],
    [['pretrain', '--data'], /--data needs a value/],
    [['devices', '--json=yes'], /--json takes no value/],
    [['sample-data', 'mnist', '--out', 'x'], /"mnist" is no sample data set/],
    [['sample-data', 'cifar10'], /--out DIR is missing/],
    [['export', 'r', '--out', 'f'], /--format safetensors is missing/],
    [['export', 'r', '--format', 'zip', '--out', 'f'], /--format is "zip"; it must be one of/],
    [['export', 'r', '--format', 'safetensors', '--network', 'both', '--out', 'f'], /teacher, stu/],
    [['resume'], /RUN is missing/],
    [['bench', 'disk'], /"disk" is no bench/],
    [['bench', 'data'], /--data DIR is missing/],
    [['bench', 'step', '--batch', '1.5'], /--batch is "1.5"; it must be a whole number/],
    [['recipes', '--show', 'smal'], /did you mean small\?/],
    [['help', 'nothing'], /no command "nothing"/],
  ])('%j is refused with exit code 2', async (argv, message) => {
    const { code, stdout, stderr } = await runCommand(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    const { code: again, records } = await runCommand([...argv, '--json']);
    expect(again).toBe(2);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ type: 'error', message: expect.stringMatching(message) });
    expect(records[0]!['code']).toMatch(/^(usage|recipe-[a-z-]+)$/);
  });

  it('shows how the command is used', async () => {
    expect((await runCommand(['scan'])).stderr).toContain('Usage: conmim scan DIR… [options]');
  });
});

describe('failure', () => {
  it('is exit code 1, an object on stdout with --json, and a sentence with advice on stderr', async () => {
    const listRuns = async () => {
      throw new StudioError('disk-full', 'The disk is full.', { advice: 'Make room.' });
    };
    const { code, records, stderr } = await runCommand(['runs', '--json'], { listRuns });
    expect(code).toBe(1);
    expect(records).toEqual([
      { type: 'error', code: 'disk-full', message: 'The disk is full.', advice: 'Make room.' },
    ]);
    expect(stderr).toBe('Error: The disk is full.\nMake room.\n');
    expect((await runCommand(['runs'], { listRuns })).stdout).toBe('');
  });

  it('keeps an unforeseen error’s text under the code internal', async () => {
    const describeDevices = async () => {
      throw new TypeError('x is not a function');
    };
    const { code, records } = await runCommand(['devices', '--json'], { describeDevices });
    expect(code).toBe(1);
    expect(records[0]).toMatchObject({ code: 'internal', message: 'x is not a function' });
  });

  it('counts an unknown device as wrong usage', async () => {
    const runSelftest = async () => {
      throw new StudioError('device-unknown', 'There is no device named "gpu".', {
        details: { device: 'gpu', devices: [] },
      });
    };
    expect((await runCommand(['selftest', '--device', 'gpu'], { runSelftest })).code).toBe(2);
  });
});

describe('help', () => {
  it('names every command', async () => {
    const { code, stdout } = await runCommand(['help']);
    expect(code).toBe(0);
    for (const name of ['devices', 'scan', 'pretrain', 'resume', 'export', 'selftest', 'bench']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it.each([
    ['help', 'pretrain'],
    ['pretrain', '--help'],
    ['pretrain', '--help', '--data', 'x'],
  ])('explains one command: %s %s', async (...argv) => {
    const { code, stdout } = await runCommand(argv);
    expect(code).toBe(0);
    expect(stdout).toContain('--set KEY=VALUE');
  });

  it('is -h after every command, and names what conmim itself does not take', async () => {
    for (const argv of [['-h'], ['runs', '-h'], ['pretrain', '--data', 'x', '-h']])
      expect((await runCommand(argv)).stdout).toContain('Usage: conmim');
    expect((await runCommand(['-h', 'scan'])).stdout).toContain('Usage: conmim scan DIR…');
    const { code, stderr } = await runCommand(['--hlep']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--hlep is no option of conmim itself.* Did you mean --help\?/);
  });

  it('names masks and objects where commands take them', async () => {
    const { stdout } = await runCommand(['help']);
    expect(stdout).toMatch(/^ {2}evaluate +Evaluate a fine-tuned network/m);
    expect(stdout).toMatch(/^ {2}predict .*masks, or objects/m);
    for (const name of ['finetune', 'evaluate', 'compare']) {
      const { stdout: help } = await runCommand(['help', name]);
      const examples = help.split('For example:')[1]!;
      expect(help).toMatch(/segment images with masks, with detect images with boxes/);
      expect(examples).toMatch(/--masks|--format (masks|coco)/);
    }
    expect((await runCommand(['help', 'knn'])).stdout).not.toMatch(/masks/);
    expect((await runCommand(['help', 'predict'])).stdout).not.toMatch(/default csv/);
  });

  it('is also --help, and --json may come first', async () => {
    expect((await runCommand(['--help'])).stdout).toContain('Usage: conmim COMMAND');
    expect((await runCommand(['--json', 'recipes'])).records).toHaveLength(5);
  });
});

describe('the version', () => {
  it.each([['--version'], ['pretrain', '--version'], ['scan', '--version']])(
    'is told alone: %s %s',
    async (...argv) => {
      const { code, stdout } = await runCommand(argv);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      const { records } = await runCommand([...argv, '--json']);
      expect(records).toEqual([{ type: 'version', version: stdout.trim() }]);
    },
  );
});
