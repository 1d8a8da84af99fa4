import { defineConfig } from 'vitest/config'

// The tests run the compiled files: hot loops at native speed, workers that load, one copy of each class.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    pool: 'forks',
    execArgv: ['--enable-source-maps', '--expose-gc'],
    testTimeout: 60_000,
    server: { deps: { external: [/\/dist\/src\//] } },
  },
})
