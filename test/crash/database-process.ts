/**
 * Does one thing to a database and kills itself, as `kill -9` would, when it comes to a given point:
 * `node database-process.ts <migrate|restore|backup|write> <folder> <point>`; `upgrade` brings a real database up to date
 * and dies at its nth statement.
 */
import { join } from 'node:path'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import { restoreDatabase } from '../../main/engine/db/restore.ts'
import { dieAtStatement } from '../simulation/statement-watch.ts'
import { firstStep, secondStep, type RunnerTables } from '../db/runner-schema.ts'

const [action, folder = '', deadlyPoint] = process.argv.slice(2)
const file = join(folder, 'marshal.db')
const clock = { now: () => 1_795_237_200_000, timer: () => () => {} }
const steps = action === 'migrate' ? [firstStep, secondStep] : [firstStep]
const ours = { clock, steps, appVersion: '1.2.0', probe }

async function probe(point: string): Promise<void> {
  if (point !== deadlyPoint) return
  die()
  await new Promise(() => {})
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

if (action === 'upgrade') {
  dieAtStatement(Number(deadlyPoint), die)
  await (await openDatabase({ file, clock, appVersion: '1.2.0' })).close()
} else if (action === 'restore')
  await restoreDatabase({ ...ours, file, from: join(folder, 'good.db') })
else {
  const open = await openDatabase<RunnerTables>({ ...ours, file })
  if (action === 'backup') await backupDatabase(open, join(folder, 'good.db'), { probe })
  for (let bib = 1; action === 'write'; bib += 1) {
    await open.db
      .insertInto('runner')
      .values({ name: `${bib}`, modifiedOn: bib })
      .execute()
    // Told only when it is committed: whoever reads this may rely on it.
    process.stdout.write(`${bib}\n`)
  }
  await open.close()
}
