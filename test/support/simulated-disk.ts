import type { ProfileName } from '../../src/testing/disk-profile.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { readText, writeText } from './bytes-text.ts'

/** A simulated disk with a file `/file` that is durable, name and contents. */
export function diskWithFile(profile: ProfileName, text: string): SimulatedFileSystem {
  const disk = new SimulatedFileSystem({ profile })
  writeText(disk, '/file', text)
  const handle = disk.open('/file', 'write', 'other')
  handle.syncSync()
  handle.close()
  disk.syncDirectorySync('/')
  return disk
}

/** What `look` finds after every power cut that the profile allows, each finding once. */
export function afterEveryCrash(disk: SimulatedFileSystem, look: (image: SimulatedFileSystem) => string): Set<string> {
  return new Set(everyChoice((choices) => look(disk.crash(choices))))
}

/** The contents of `/file` after every power cut, or 'gone'. */
export function contentsAfterCrash(disk: SimulatedFileSystem): Set<string> {
  return afterEveryCrash(disk, (image) => (image.status('/file') === undefined ? 'gone' : readText(image, '/file')))
}

/** The names in `/` after every power cut. */
export function namesAfterCrash(disk: SimulatedFileSystem): Set<string> {
  return afterEveryCrash(disk, (image) => image.list('/').sort().join(' '))
}
