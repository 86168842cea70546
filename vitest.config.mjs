import { defineConfig } from 'vitest/config';

// The tests are compiled with the sources, so what is tested is what ships; Node itself loads the built modules.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    exclude: ['**/*.long.test.js', 'node_modules/**'],
    server: { deps: { external: [/\/dist\/src\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
