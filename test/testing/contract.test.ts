import { profileNames } from '../../src/testing/disk-profile.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { fileHandleSuite } from '../fs/file-handle.suite.ts'
import { fileSystemSuite } from '../fs/file-system.suite.ts'
import type { FileSystemPlace } from '../support/file-system-place.ts'

function simulatedPlace(fs: SimulatedFileSystem): FileSystemPlace {
  fs.makeDirectory('/place')
  return { fs, directory: '/place', remove: () => {} }
}

for (const profile of profileNames) {
  const makePlace = (): FileSystemPlace => simulatedPlace(new SimulatedFileSystem({ profile, trace: true }))
  fileHandleSuite(`a simulated ${profile} disk`, makePlace)
  fileSystemSuite(`a simulated ${profile} disk`, makePlace)
}
