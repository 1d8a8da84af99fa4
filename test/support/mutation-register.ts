import { register } from 'node:module'

// Loaded before everything else in a child process of `mutation-process.ts`.
register('./mutation-hooks.js', { parentURL: import.meta.url })
