import { Bench } from 'tinybench'
import { groups } from './groups.ts'

/** Nanoseconds an operation takes: the median of the calls, and half of what the middle half of them spans. */
export interface Measured {
  readonly name: string
  readonly nanoseconds: number
  readonly spread: number
}

/** Measures the parts of a group whose names contain `wanted`; about a second for each. */
export async function measureGroup(name: string, wanted: string, milliseconds: number): Promise<Measured[]> {
  const group = await groups[name]!()
  const parts = group.parts.filter((part) => part.name.includes(wanted))
  const bench = new Bench({ time: milliseconds, iterations: 10, warmupTime: milliseconds / 2, retainSamples: true })
  for (const part of parts) bench.add(part.name, () => part.run(), { async: part.isAsync === true })
  await bench.run()
  await group.close?.()
  return parts.map((part, i) => {
    const { result } = bench.tasks[i]!
    if (result.state !== 'completed') throw new Error(`${part.name} did not run to its end`)
    const nanosecondsOf = (latencyMs: number): number => (1e6 * latencyMs) / part.operations
    const { p50, p75, samples } = result.latency
    const p25 = samples![Math.floor(samples!.length / 4)]!
    return { name: part.name, nanoseconds: nanosecondsOf(p50), spread: nanosecondsOf(p75 - p25) / 2 }
  })
}
