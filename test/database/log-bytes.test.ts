import { expect, test } from 'vitest'
import type { Durability } from '../../src/kv-store/kv-store.ts'
import { FaultDisk } from '../support/fault-store.ts'

const PUTS = 1000
const KEY_BYTES = 16
const VALUE_BYTES = 100

test.each<Durability>(['power', 'process'])(
  'a thousand single %s puts cost at most 1.25 of their bytes in the log',
  async (durability) => {
    const disk = new FaultDisk()
    const store = await disk.open()
    for (let i = 0; i < PUTS; i++) {
      await store.put(String(i).padStart(KEY_BYTES, '0'), new Uint8Array(VALUE_BYTES), { durability })
    }
    const { writtenBytes, userBytes } = store.stats()
    expect(userBytes).toBe(PUTS * (KEY_BYTES + VALUE_BYTES))
    expect(writtenBytes.wal / userBytes).toBeLessThanOrEqual(1.25)
    await store.close()
  },
)
