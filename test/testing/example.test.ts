import { expect, test } from 'vitest'
import { crashTest, list } from '../../examples/crash-test.ts'

test('the example finds nothing wrong with a list that is written in batches', async () => {
  await crashTest(list, 12)
})

test('the example finds the moment between two writes that should have been one, and says how to replay it', async () => {
  const broken = {
    async add(store: Parameters<typeof list.add>[0], item: string): Promise<void> {
      const length = Number(store.getSync('length') ?? 0) + 1
      await store.put(`item ${length}`, item)
      await store.put('length', `${length}`)
    },
  }
  await expect(crashTest(broken, 12)).rejects.toThrow(
    /the length is \d, the items are \d: \{"profile":".+","choices":\[/,
  )
})
