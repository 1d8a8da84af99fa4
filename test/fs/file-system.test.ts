import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { type FileSystemPlace, memoryPlace, temporaryDirectory } from '../support/file-system-place.ts'
import { fileHandleSuite } from './file-handle.suite.ts'
import { fileSystemSuite } from './file-system.suite.ts'

const places: [name: string, makePlace: () => FileSystemPlace][] = [
  ['the disk', () => ({ fs: nodeFileSystem, ...temporaryDirectory() })],
  ['memory', () => memoryPlace()],
  ['a counted memory', () => memoryPlace((fs) => new CountingFileSystem(fs))],
  ['a memory without faults', () => memoryPlace((fs) => new FaultyFileSystem(fs))],
]

for (const [name, makePlace] of places) {
  fileHandleSuite(name, makePlace)
  fileSystemSuite(name, makePlace)
}
