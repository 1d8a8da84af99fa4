import { makePackageFolder } from './package-folder.ts'

/** `npm run package`: the folder to publish, or to install from. */
process.stdout.write(`${await makePackageFolder()}\n`)
