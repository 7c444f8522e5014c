/** The protocol `app://studio/`: it serves the page's files, and images of data sets only. */
import path from 'node:path';
import { PAGE } from '../electron/channels.ts';
import { CONTENT_SECURITY_POLICY } from '../engine/contract/studio/security.ts';
import { callStudio } from './call-studio.ts';
import { asDesktop, desktopOnly, expect, test } from './fixtures.ts';
import { writePictures } from './images.ts';

desktopOnly();

test('the address of the page serves its files, and pictures of data sets', async ({
  studio,
  home,
}) => {
  const double = asDesktop(studio);
  await test.step('the page’s address serves the page’s files and no other', async () => {
    const headers = {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    };
    expect(await double.fetch(PAGE)).toMatchObject({ status: 200, headers });
    const traversals = [
      '../package.json',
      '..%2fpackage.json',
      '%2e%2e/package.json',
      '..%5cpackage.json',
      'assets/..%2f..%2f..%2fpackage.json',
      'assets/%2e%2e/%2e%2e/package.json',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'index.html%00.js',
      '.compiled',
      'assets/',
      'assets',
      '%',
      'C:/x.txt',
      'index.html/..%2f..%2fpackage.json',
      '....//package.json',
      'main.js.map',
      '~/x.txt',
    ];
    for (const address of traversals) {
      const answer = await double.fetch(PAGE + address);
      expect(answer, address).toMatchObject({ status: 404, headers, text: 'Nothing here.' });
    }
    for (const url of ['app://other/', 'app://studio.other/index.html'])
      expect(await double.fetch(url), url).toMatchObject({ status: 404, headers });
    expect(await double.fetch(PAGE, 'POST')).toMatchObject({ status: 405, headers });
  });
  await test.step('pictures are shown of data sets only', async () => {
    const pictures = writePictures(path.join(home, 'pictures'), 1);
    const file = path.join(pictures, 'discs', '000.png');
    const ask = (target: string, side = '64') =>
      double.fetch(`${PAGE}image?path=${encodeURIComponent(target)}&side=${side}`);
    expect(await ask(file)).toMatchObject({ status: 422 });
    await callStudio(studio.page(), 'datasets.add', { kind: 'images', folders: [pictures] });
    expect(await ask(file)).toMatchObject({ status: 200 });
    const away = path.join(pictures, '..', 'workspace', 'settings.json');
    for (const target of [
      '/etc/passwd',
      away,
      `${pictures}/../pictures-not/x.png`,
      '',
      file.slice(1),
    ])
      expect(await ask(target), target).toMatchObject({ status: 422 });
    for (const side of ['0', '-1', '1e9', '64.5', 'NaN', ''])
      expect(await ask(file, side), side).toMatchObject({ status: 422 });
  });
});
