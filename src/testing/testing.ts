export {
  benignChoices,
  type Choices,
  type Pick,
  type Recording,
  recordedChoices,
  recording,
  type SeededChoicesOptions,
  seededChoices,
} from './choices.ts'
export { type DiskProfile, diskProfiles, type PageFate, type ProfileName, profileNames } from './disk-profile.ts'
export { type EveryChoiceOptions, everyChoice } from './every-choice.ts'
export {
  type CallPattern,
  chosenFaults,
  type Fault,
  type FaultOdds,
  type FaultPlan,
  type FileCall,
  type FileOperation,
  failForGood,
  failNth,
  failOnce,
  type SystemErrorName,
} from './fault-plan.ts'
export type { CallRuntime, StepScheduler, TraceEntry } from './file-calls.ts'
export { SimulatedFileSystem, type SimulatedFileSystemOptions } from './simulated-file-system.ts'
export { SimulatedRuntime, type SimulatedRuntimeOptions } from './simulated-runtime.ts'
