import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { complaint, type Finding } from './finding.ts'
import { run, type Workplace } from './workplace.ts'

// node10 knows no exports, and require() of a module works on every Node.js that the package takes: what is left is the
// profile "esm-only".
const PROGRAM = `import { readFileSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
const bytes = new Uint8Array(readFileSync(process.argv[2]))
const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer.slice(0, bytes.length) }, strict: true })
const { types, problems = [] } = await checkPackage(createPackageFromTarballData(bytes))
const wrong = problems.filter((problem) => !['node10', 'node16-cjs'].includes(problem.resolutionKind))
const found = { publint: messages.map((each) => formatMessage(each, pkg)), types: types ? wrong : ['there are none'] }
process.stdout.write(JSON.stringify(found[process.argv[3]]) + '\\n')
process.exitCode = found[process.argv[3]].length > 0 ? 1 : 0
`

/** publint, with its strictest rules, and are-the-types-wrong, for packages that are modules only. */
export function lintFindings(place: Workplace, tarball: string): Finding[] {
  const directory = place.folder('lint', ['publint@0.3.25', '@arethetypeswrong/core@0.18.5'])
  writeFileSync(join(directory, 'lint.js'), PROGRAM)
  return [
    ['publint', 'publint'],
    ['are the types wrong', 'types'],
  ].map(([check, part]) => {
    const result = run(directory, process.execPath, ['lint.js', tarball, part!])
    return { check: check!, ok: result.ok, what: complaint(result) }
  })
}
