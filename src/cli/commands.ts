import type { CommandSpec } from './command.ts'
import { MAINTENANCE_COMMANDS } from './maintenance-commands.ts'
import { READING_COMMANDS } from './reading-commands.ts'
import { WRITING_COMMANDS } from './writing-commands.ts'

/** Every command: the parser, the help text and the program know them from here. */
export const COMMANDS: readonly CommandSpec[] = [...READING_COMMANDS, ...WRITING_COMMANDS, ...MAINTENANCE_COMMANDS]
