import { writeFileSync } from 'node:fs'
import { projectPath } from '../project.ts'
import { exportsPage } from './public-exports.ts'

/** `npm run docs:exports`: writes docs/exports.md, which a test holds against the sources. */
writeFileSync(projectPath('docs', 'exports.md'), exportsPage())
