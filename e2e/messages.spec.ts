/** IPC messages from the window to its host: their senders, their form and their size. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PAGE } from '../electron/channels.ts';
import { asDesktop, asDouble, desktopOnly, expect, test } from './fixtures.ts';

desktopOnly();

test('messages are taken of the page alone, in their form and size', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const page = studio.page();
  await test.step('messages from any other frame are refused', async () => {
    const call = { id: 7, name: 'app.info', input: {} };
    const ask = (url: string, framed = false) =>
      double.invokeFrom({ url, framed }, 'studio:call', [call]);
    expect(await ask(`${PAGE}#/runs`)).toMatchObject({ answer: { value: { id: 7 } } });
    const foreign = [
      'https://example.com/',
      'app://studio.example/',
      'app://other/',
      'app://studio',
      `${PAGE}image?path=/x&side=64`,
      `${PAGE}other.html`,
      'file:///etc/passwd',
      'about:blank',
      '',
    ];
    for (const url of foreign)
      expect(await ask(url), url).toEqual({ refused: expect.stringContaining('was refused') });
    expect(await ask(PAGE, true), 'a frame within').toHaveProperty('refused');
  });
  await test.step('malformed messages are refused, and none reaches a dialog', async () => {
    const ask = (channel: string, ...args: unknown[]) =>
      double.invokeFrom({ url: PAGE }, channel, args);
    const wrong: [string, ...unknown[]][] = [
      ['dialog:folders', { title: 'x' }],
      ['dialog:file', { title: 1, extensions: [] }],
      ['dialog:file', { title: 'x', extensions: ['../../x'] }],
      ['dialog:file', { title: 'x', extensions: [], properties: ['openFile'] }],
      ['dialog:save', { title: 'x' }],
      ['dialog:save'],
      ['dialog:save-file', { name: 'x', bytes: [1] }],
      ['paths:describe', '/'],
      ['workspace:change', { folder: '/' }],
      ['shell:reveal', ''],
      ['shell:reveal', { path: '/' }],
      ['shell:reveal', '/', 'more'],
      ['studio:call', { id: 1, name: 'app.info', input: {} }, 'more'],
      ['shell:openExternal', 'https://example.com/'],
    ];
    for (const [channel, ...args] of wrong)
      expect(await ask(channel, ...args), channel).toHaveProperty('refused');
    const calls = [
      undefined,
      'text',
      { id: 'one', name: 'app.info', input: {} },
      { id: 1, name: 'app.info', input: {}, more: 1 },
      { id: 1, name: 'app.quit', input: {} },
      { id: 1, name: '__proto__', input: {} },
      { id: 1, name: 'app.info', input: { more: 1 } },
      { id: 1, name: 'datasets.add', input: { kind: 'images', folders: [] } },
    ];
    for (const call of calls)
      expect(await ask('studio:call', call)).toMatchObject({
        answer: { value: { error: { code: 'call-invalid' } } },
      });
    expect(double.told.filter(({ type }) => type === 'dialog')).toEqual([]);
  });
  await test.step('the file manager shows what is there, and opens nothing', async () => {
    const file = path.join(home, 'a file.txt');
    const ask = (target: string) => double.invokeFrom({ url: PAGE }, 'shell:reveal', [target]);
    for (const target of [file, 'https://example.com/', '../x', 'file:///etc/passwd'])
      expect(await ask(target), target).toHaveProperty('answer.error');
    writeFileSync(file, '');
    await ask(file);
    expect(await double.next('reveal', 0)).toEqual({ type: 'reveal', file });
  });
  await test.step('messages that are too large are refused with a message, by page and host', async () => {
    const large = { id: 3, name: 'datasets.rename', input: { id: 'x', name: 'y'.repeat(2 ** 21) } };
    const refusal = { error: { code: 'message-too-large' } };
    expect(await double.invokeFrom({ url: PAGE }, 'studio:call', [large])).toMatchObject({
      answer: { value: { id: 3, ...refusal } },
    });
    // This array has many elements but a small text.
    const sparse = { id: 4, name: 'app.info', input: new Array(2 ** 22).fill(0) };
    expect(await double.invokeFrom({ url: PAGE }, 'studio:call', [sparse])).toMatchObject({
      answer: { value: refusal },
    });
    const fromPage = await page.evaluate(async () => {
      const { conmim } = globalThis as unknown as {
        conmim: { call(message: unknown): Promise<unknown>; reveal(path: string): Promise<void> };
      };
      const message = { id: 5, name: 'app.info', input: { text: 'x'.repeat(2 ** 21) } };
      return {
        call: await conmim.call(message),
        reveal: await conmim.reveal('x'.repeat(2 ** 21)).catch((error: Error) => error.message),
      };
    });
    expect(fromPage).toMatchObject({ call: { id: 5, ...refusal } });
    expect(fromPage.reveal).toMatch(/too large/);
  });
  await test.step('what is sent is what was measured', async () => {
    const desktop = asDesktop(studio);
    await studio.choose({});
    const sent = await studio.page().evaluate(async () => {
      type Asking = Record<string, (argument: unknown) => Promise<unknown>>;
      const { conmim } = globalThis as unknown as { conmim: Asking };
      const words = (name: string, argument: unknown) =>
        conmim[name]!(argument).then(JSON.stringify, (error: Error) => error.message);
      const buffer = new ArrayBuffer(2 ** 25);
      const cycle: Record<string, unknown> = {};
      cycle['again'] = cycle;
      return {
        // The JSON of these is short.
        buffer: await words('call', { id: 6, name: 'app.info', input: { buffer } }),
        map: await words('call', { id: 7, name: 'app.info', input: new Map([['x', buffer]]) }),
        view: await words('reveal', new Uint8Array(buffer, 0, 1)),
        cycle: await words('call', cycle),
        number: await words('call', { id: 8, name: 'app.info', input: { x: 1n } }),
        name: await words('saveFile', { name: 'x'.repeat(2 ** 21), bytes: new Uint8Array(1) }),
        noBytes: await words('saveFile', { name: 'x', bytes: { byteLength: 0, buffer } }),
      };
    });
    expect(sent).toEqual({
      // The buffer has not arrived: an empty object is not a valid input.
      buffer: expect.stringContaining('app.info: the input'),
      map: expect.stringContaining('"value"'),
      view: expect.stringContaining('was refused'),
      cycle: expect.stringMatching(/cannot be sent|too large/),
      number: expect.stringContaining('cannot be sent'),
      name: expect.stringContaining('too large'),
      noBytes: expect.stringContaining('needs bytes'),
    });
    expect(desktop.told.filter(({ type }) => type === 'dialog')).toEqual([]);
  });
});

test('a page that is restarted leaves no stack traces', async ({ studio }) => {
  const double = asDouble(studio);
  const gone = await double.invokeFrom({ url: PAGE, gone: true }, 'studio:call', [
    { id: 1, name: 'app.info', input: {} },
  ]);
  // Electron prints errors of handlers with their stack.
  expect(gone).toMatchObject({ answer: { error: expect.any(String) } });
  // Any button would open the page again or quit.
  double.order({ type: 'answers', answers: { button: null } });
  const since = double.told.length;
  double.order({ type: 'page-gone', reason: 'crashed' });
  await double.next('question', since);
  // The setting is changed by a second page, as by another host of the same workspace.
  await double.invokeFrom({ url: PAGE }, 'studio:call', [
    { id: 2, name: 'settings.write', input: { notify: false } },
  ]);
  expect(double.told.filter(({ type }) => type === 'lost-message')).toEqual([]);
});
