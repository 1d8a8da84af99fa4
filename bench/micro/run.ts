import { measureGroup } from './measure.ts'

/* Measures one group in this process, for main.ts: group, part of a name, milliseconds. */
const [group, wanted, milliseconds] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureGroup(group!, wanted!, Number(milliseconds))))
