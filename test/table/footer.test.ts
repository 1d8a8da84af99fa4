import { expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { encodeFooter, FOOTER_SIZE, readFooter } from '../../src/table/format.ts'

test('a footer with any bit flipped is damage: not a newer version, and not another table', () => {
  const footer = encodeFooter({ sectionIndex: { offset: 0, size: 0 }, id: new Uint8Array(16).fill(5) }, 9)
  for (let bit = 0; bit < 8 * FOOTER_SIZE; bit++) {
    const disk = new MemoryFileSystem()
    disk.makeDirectory('/d')
    const file = disk.open('/d/table', 'create', 'flush')
    const bytes = Uint8Array.from([...new Uint8Array(9), ...footer])
    bytes[9 + (bit >> 3)]! ^= 1 << (bit & 7)
    file.appendSync(bytes)
    expect(() => readFooter(file, bytes.length), `bit ${bit}`).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    file.close()
  }
})
