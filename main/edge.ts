#!/usr/bin/env node
/** Entry of the headless host: the `marshal` command. */
import { runMarshal } from './hosts/edge/marshal.ts'

const exitCode = await runMarshal(process.argv.slice(2))
// Everything is written and closed by now; a stray handle of a library must not keep the command alive.
process.exit(exitCode)
