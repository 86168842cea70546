import { defineConfig } from 'vitest/config';

// SHEAF_TESTS=long (set by `npm run test:long`) runs the long tests, and those alone.
const long = process.env.SHEAF_TESTS === 'long';

// The tests are compiled with the sources, so what is tested is what ships; Node itself loads the built modules.
export default defineConfig({
  test: {
    include: [long ? 'dist/test/**/*.long.test.js' : 'dist/test/**/*.test.js'],
    exclude: long ? ['node_modules/**'] : ['**/*.long.test.js', 'node_modules/**'],
    server: { deps: { external: [/\/dist\/src\//] } },
    testTimeout: long ? 600_000 : 60_000,
    hookTimeout: 60_000,
  },
});
