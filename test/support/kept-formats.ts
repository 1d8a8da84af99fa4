import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from './recovery-disk.ts'

/** A store that some version of the format wrote, and what it must be read as, whatever version reads it. */
export interface KeptStore {
  readonly version: string
  readonly name: string
  readonly files: Files
  readonly entries: readonly (readonly [string, string])[]
}

/** All stores under data/formats. */
export function keptStores(): KeptStore[] {
  const root = join(process.cwd(), 'data', 'formats')
  const directories = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  return directories(root).flatMap((version) =>
    directories(join(root, version)).map((name) => {
      const directory = join(root, version, name)
      const files = new Map(
        readdirSync(directory).map((file) => [file, new Uint8Array(readFileSync(join(directory, file)))]),
      )
      return { version, name, files, entries: JSON.parse(readFileSync(`${directory}.json`, 'utf8')) }
    }),
  )
}
