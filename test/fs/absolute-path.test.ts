import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { absolutePath } from '../../src/fs/absolute-path.ts'

test('a path is a string or a file: URL', () => {
  expect(absolutePath('/a/../b')).toBe('/b')
  expect(absolutePath(pathToFileURL('/a b/c'))).toBe('/a b/c')
})

test.each<[unknown, string]>([
  [undefined, 'a value of type undefined'],
  [null, 'null'],
  [3, 'a value of type number'],
  [{}, 'a value of type object'],
  ['', 'an empty string'],
  ['a\0', 'a string with a NUL'],
  [new URL('https://example.com/a'), 'a URL of https: that names no local file'],
  [new URL('file:///a%2Fb'), 'a URL of file: that names no local file'],
])('what is none is refused, and named: %s', (given, what) => {
  expect(() => absolutePath(given, 'target')).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: `target must be a path, as a string or a file: URL; given was ${what}`,
    }),
  )
})
