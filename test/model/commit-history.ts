export * from '../../src/testing/commit-history.ts'
