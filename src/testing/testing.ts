export { CallHistory, type CallModel } from './call-history.ts'
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
export { CommitHistory, type Operation, type State, sameState, show as showState } from './commit-history.ts'
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
export type { CallRuntime, StepScheduler, TraceDetail, TraceEntry, TraceMark } from './file-calls.ts'
export type { SimulatedFileSystemOptions } from './simulated-disk-options.ts'
export { SimulatedFileSystem } from './simulated-file-system.ts'
export { SimulatedRuntime, type SimulatedRuntimeOptions } from './simulated-runtime.ts'
export {
  type FastCheck,
  type ScanCase,
  type StoreArbitraries,
  type StoreArbitrariesOptions,
  storeArbitraries,
  type TextRange,
  type Write,
} from './store-arbitraries.ts'
export { type StoreCommand, storeCommand } from './store-command.ts'
export {
  type Harness,
  SimulatedHarness,
  type SimulatedHarnessOptions,
  type StoreHarness,
} from './store-harness.ts'
export {
  assertStoreModel,
  type StoreHarnessFactory,
  type StoreModelOptions,
  type StoreModelProperty,
  type StoreModelRunOptions,
  storeCommands,
  storeModelProperty,
} from './store-model.ts'
export type { KeptScan, KeptSnapshot, StoreSession } from './store-session.ts'
export { type StoreTraceRuleOptions, storeTraceViolations } from './store-trace-rules.ts'
export { type Reliance, type TraceRuleOptions, type TraceViolation, traceViolations } from './trace-rules.ts'
