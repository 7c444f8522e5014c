import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quieten } from './quiet-environment.ts';

describe('quieten', () => {
  it.each([undefined, '', '0', 'false', '1'])('switches telemetry off where it is %j', (given) => {
    const env = given === undefined ? {} : { ORT_DISABLE_TELEMETRY: given };
    quieten(env, true);
    expect(env).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' });
  });

  it.each([
    [':0', true],
    [':1.0', true],
    ['unix:0', true],
    ['/private/tmp/com.apple.launchd.x/org.xquartz:0', true],
    ['192.0.2.1:0', false],
    ['another-machine:0.0', false],
    // This is an SSH tunnel to the machine of the user.
    ['localhost:10.0', false],
    ['tcp/another-machine:0', false],
  ])('keeps the screen %s for the engine: %s', (screen, kept) => {
    const env: NodeJS.ProcessEnv = { DISPLAY: screen };
    quieten(env, false);
    expect(env['DISPLAY']).toBe(kept ? screen : undefined);
  });

  it('keeps what drivers compile in the cache of the program, or where its user says', () => {
    const env: NodeJS.ProcessEnv = { CONMIM_CACHE: '/c', CUDA_CACHE_PATH: '/mine' };
    quieten(env, false);
    expect(env).toMatchObject({
      MESA_SHADER_CACHE_DIR: path.resolve('/c', 'mesa'),
      __GL_SHADER_DISK_CACHE_PATH: path.resolve('/c', 'nvidia-shaders'),
      CUDA_CACHE_PATH: '/mine',
    });
  });

  it('keeps any screen for the window', () => {
    const env: NodeJS.ProcessEnv = { DISPLAY: 'another-machine:0' };
    quieten(env, true);
    expect(env['DISPLAY']).toBe('another-machine:0');
  });
});
