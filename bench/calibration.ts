import { closeSync, constants, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/**
 * What the machine does by itself at this moment: results of different machines and days compare only by ratios to
 * these.
 */
export interface Calibration {
  readonly memcpyMegabytesPerSecond: number
  readonly crc32MegabytesPerSecond: number
  /** Of cached data. */
  readonly preadsOf4KiBPerSecond: number
  /** One append of 128 bytes, one fdatasync, on the main thread. */
  readonly durableWritesPerSecond: number
}

/** Beyond the caches of a core. */
const copiedBytes = 16 << 20

function perSecond(milliseconds: number, step: () => void): number {
  const begun = performance.now()
  let steps = 0
  let elapsed = 0
  while (elapsed < milliseconds) {
    step()
    steps++
    elapsed = performance.now() - begun
  }
  return (1000 * steps) / elapsed
}

/** Repeats one append and one fdatasync on a fresh file, and returns how many a second it can. */
export function measureBareDurableWrites(directory: string, milliseconds: number, recordBytes: number): number {
  const record = Buffer.alloc(recordBytes, 0x5a)
  const file = openSync(join(directory, 'bare.log'), constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY)
  try {
    return perSecond(milliseconds, () => {
      writeSync(file, record)
      fdatasyncSync(file)
    })
  } finally {
    closeSync(file)
  }
}

/** Takes about a second; `directory` is where the measured stores lie. */
export function calibrate(directory: string): Calibration {
  const source = Buffer.alloc(copiedBytes, 0xa5)
  const copy = Buffer.alloc(copiedBytes)
  const durableWritesPerSecond = measureBareDurableWrites(directory, 300, 128)
  const file = openSync(join(directory, 'calibration.data'), 'w+')
  try {
    writeSync(file, source)
    const block = Buffer.alloc(4096)
    let offset = 0
    return {
      memcpyMegabytesPerSecond: (perSecond(200, () => copy.set(source)) * copiedBytes) / 1e6,
      crc32MegabytesPerSecond: (perSecond(200, () => crc32(source)) * copiedBytes) / 1e6,
      preadsOf4KiBPerSecond: perSecond(200, () => {
        readSync(file, block, 0, block.length, offset)
        offset = (offset + 40_960) % (copiedBytes - 4096)
      }),
      durableWritesPerSecond,
    }
  } finally {
    closeSync(file)
  }
}

export function calibrationLines(calibration: Calibration): string {
  const row = (name: string, value: number, unit: string): string =>
    `  ${name.padEnd(22)}${Math.round(value).toLocaleString('en-US').padStart(10)} ${unit}`
  return [
    'Calibration',
    row('memcpy', calibration.memcpyMegabytesPerSecond, 'MB/s'),
    row('crc32', calibration.crc32MegabytesPerSecond, 'MB/s'),
    row('pread of cached 4 KiB', calibration.preadsOf4KiBPerSecond, '/s'),
    row('write + fdatasync', calibration.durableWritesPerSecond, '/s'),
  ].join('\n')
}
