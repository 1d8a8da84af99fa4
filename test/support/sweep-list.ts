import { FaultSweep } from './fault-sweep.ts'
import { REPAIR_WORKLOADS } from './repair-damages.ts'
import { RepairSweep } from './repair-sweep.ts'
import { SWEEP_WORKLOADS } from './sweep-workloads.ts'

/** Every sweep there is: of what a store does, and of what is done to one that cannot be opened. */
export const SWEEPS: readonly { readonly name: string; readonly make: () => FaultSweep | RepairSweep }[] = [
  ...SWEEP_WORKLOADS.map((workload) => ({ name: workload.name, make: () => new FaultSweep(workload) })),
  ...REPAIR_WORKLOADS.map((workload) => ({ name: workload.name, make: () => new RepairSweep(workload) })),
]
