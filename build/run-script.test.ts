import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../engine/contract/errors.ts';
import { knownWord, plainArguments, positiveNumber, wholeNumber } from './arguments.ts';
import { faultOf, headerOf, runScript } from './run-script.ts';

/** The error that a function throws. */
function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a script', () => {
  it('has the comment that it begins with as its help', () => {
    expect(
      headerOf('// Times steps.\n//   … --quick   soon\n//\n// Rows.\nimport a;\n// No.'),
    ).toBe('Times steps.\n  … --quick   soon\n\nRows.');
    expect(headerOf("import a from 'a';")).toBe('');
  });

  it('tells what is wrong with its arguments in a sentence', () => {
    const unknown = thrownBy(() => parseArgs({ args: ['--unknown'], options: {} }));
    expect(faultOf(unknown)).toContain("Unknown option '--unknown'");
    const error = new StudioError('recipe-unknown', 'There is no recipe x.', {
      advice: 'Take y.',
      details: { recipe: 'x' },
    });
    expect(faultOf(error)).toBe('There is no recipe x.\nTake y.');
    expect(faultOf(thrownBy(() => plainArguments(['--much'], 1)))).toBe(
      'There is no option --much.',
    );
    expect(faultOf(thrownBy(() => plainArguments(['1', '2'], 1)))).toContain("'2'");
    expect(faultOf(thrownBy(() => wholeNumber('2.5', '--threads')))).toContain('--threads');
    expect(faultOf(thrownBy(() => positiveNumber('many', '--seconds')))).toContain("'many'");
    expect(faultOf(thrownBy(() => knownWord('c', ['a', 'b'], 'The task')))).toContain('a, b');
    expect(faultOf(new TypeError('undefined is not a function'))).toBeUndefined();
  });

  it('takes arguments that are right', () => {
    expect(plainArguments(['10'], 1)).toEqual(['10']);
    expect([wholeNumber('2', '--threads'), positiveNumber('0.5', '--seconds')]).toEqual([2, 0.5]);
    expect(knownWord('b', ['a', 'b'], 'The task')).toBe('b');
  });

  it.each([
    [undefined, 'Name a script.'],
    ['bench/nowhere.ts', 'There is no script bench/nowhere.ts.'],
  ])('%s is refused', async (script, message) => {
    const complaints: string[] = [];
    const output = { print: () => {}, complain: (text: string) => complaints.push(text) };
    expect(await runScript(script, [], output)).toBe(2);
    expect(complaints).toEqual([message]);
  });
});
