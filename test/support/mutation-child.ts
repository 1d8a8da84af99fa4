import { detect } from './mutation-detectors.ts'

/** What the parent asks for: a detector, with a mutant switched on, or none. */
export interface MutationTask {
  readonly detector: string
  readonly mutant: number | undefined
}

process.on('message', ({ detector, mutant }: MutationTask) => {
  detect(detector, mutant).then(
    (verdict) => process.send!(verdict),
    (error) => {
      process.send!({ detector, failure: { message: String(error), isViolation: false }, cases: 0 })
    },
  )
})
// Errors that nobody waits for belong to the case that is running; its own verdict counts.
process.on('unhandledRejection', () => {})
