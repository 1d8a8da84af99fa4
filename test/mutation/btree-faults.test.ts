import { describe, expect, test } from 'vitest'
describe('x', () => { test('y', () => { expect(1).toBe(1) }) })
