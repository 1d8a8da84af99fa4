import { type KeyValueStore, open } from 'varve'
import { profileNames, recording, SimulatedFileSystem, SimulatedRuntime, seededChoices } from 'varve/testing'

/** The application: a list whose length is kept beside it. */
export interface List {
  add(store: KeyValueStore<'utf8'>, item: string): Promise<unknown>
}

/** Both entries in one batch: there is no moment with one and without the other. */
export const list: List = {
  add(store, item) {
    const length = Number(store.getSync('length') ?? 0) + 1
    return store.batch([
      { type: 'put', key: `item ${length}`, value: item },
      { type: 'put', key: 'length', value: `${length}` },
    ])
  },
}

/**
 * Cuts the power `runs` times on each kind of disk, in the middle of adding, and throws where the list is not what it
 * must be. What the error says is enough to replay the run: pass the choices to `recordedChoices`.
 */
export async function crashTest({ add }: List, runs: number): Promise<void> {
  for (const profile of profileNames) {
    for (let seed = 0; seed < runs; seed++) {
      const choices = recording(seededChoices(seed, { benign: 0.3 }))
      const replay = (): string => JSON.stringify({ profile, choices: choices.list })
      const runtime = new SimulatedRuntime({ choices })
      const disk = new SimulatedFileSystem({ profile, choices, runtime })
      const store = await runtime.run(open('/list', { fileSystem: disk, runtime, encoding: 'utf8' }))
      let acknowledged = 0
      let promised = 0
      let image: SimulatedFileSystem | undefined
      let calls = choices.pick(40, 'calls until the power fails')
      disk.beforeEffect = () => {
        if (calls-- > 0 || image !== undefined) return
        image = disk.crash()
        promised = acknowledged
      }
      while (image === undefined) {
        await runtime.run(add(store, `item ${acknowledged}`))
        acknowledged++
      }
      const next = runtime.nextLife()
      image.runtime = next
      const again = await next.run(open('/list', { fileSystem: image, runtime: next, encoding: 'utf8' }))
      const length = Number(again.getSync('length') ?? 0)
      const items = [...again.scan({ prefix: 'item ' })].length
      await next.run(again.close())
      if (length < promised) throw new Error(`an item is lost: ${replay()}`)
      if (length !== items) throw new Error(`the length is ${length}, the items are ${items}: ${replay()}`)
    }
  }
}
