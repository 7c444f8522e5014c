import { describe, expect, it } from 'vitest';
import type { Host } from './host.ts';
import { Output } from './output.ts';

function outputOf(json: boolean) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTerminal: true,
    columns: 80,
    write: (text: string) => (written[name] += text),
  });
  const host = { stdout: stream('stdout'), stderr: stream('stderr') } as unknown as Host;
  return { out: new Output(host, json), written };
}

describe('words of others on a terminal', () => {
  it('cannot steer it', () => {
    const { out, written } = outputOf(false);
    out.result('a\u001b[2J\u0007.weight\r\u202e\u009b1m');
    out.note('b\u001b]0;title\u0007');
    expect(written.stdout).toBe('a\\u{1b}[2J\\u{7}.weight\\u{d}\\u{202e}\\u{9b}1m\n');
    expect(written.stderr).toBe('b\\u{1b}]0;title\\u{7}\n');
  });

  it('keep their lines, tabs and letters', () => {
    const { out, written } = outputOf(false);
    out.result('Größe\t日本\nשלום 🙂');
    expect(written.stdout).toBe('Größe\t日本\nשלום 🙂\n');
  });

  it('are data for programs, as they are', () => {
    const { out, written } = outputOf(true);
    out.record({ name: 'a\u001b' });
    expect(JSON.parse(written.stdout)).toEqual({ name: 'a\u001b' });
  });
});
