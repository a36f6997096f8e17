/**
 * The demo event: a small start list of invented people, imported like any other. It stays on this computer, because it
 * is added only where there is no target, and no target is added while it is here.
 */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { DemoView } from '../../../contract/demo.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { demoEventName, startListCsv } from '../../demo/start-list.ts'
import { importFile } from '../../import/import-file.ts'
import {
  anyEvent,
  countOthers,
  forgetDemoEvent,
  noteDemoEvent,
  ofDemoEvent,
  readOfDemo,
  readDemoEvent,
  type DemoEvent,
} from '../../store/imports/demo-event.ts'
import { listTargetNames } from '../../store/runs/targets.ts'
import { removeAll } from './remove-with-children.ts'

const os = implement(contract).demo

/** Enough for a full screen of namesakes, few enough to be here at once. */
const entrants = 300
/** Records removed at a time. */
const pageSize = 500

export function demoHandlers(core: Core) {
  return {
    get: os.get.handler(() => view(core.reader)),
    add: os.add.handler(async () => {
      await addDemo(core)
      return view(core.db)
    }),
    remove: os.remove.handler(async () => {
      const demo = await readDemoEvent(core.db)
      if (demo) await removeDemo(core, demo)
      return view(core.db)
    }),
  }
}

/** Throws `ProblemError` while the demo event is here: invented people must not travel. */
export async function refuseBesideDemo(db: Db): Promise<void> {
  if ((await readDemoEvent(db)) === null) return
  throw new ProblemError({
    code: 'wrong-use',
    message: 'The demo event is here, and its invented people must not travel.',
    fix: 'Remove the demo event on the Desk, then connect the target.',
  })
}

async function view(db: Db): Promise<DemoView> {
  const demo = await readDemoEvent(db)
  if (demo === null) return { event: null, offered: await isEmpty(db) }
  const others = await countOthers(db, demo)
  return { event: { id: demo.eventId, name: demoEventName, others }, offered: false }
}

async function isEmpty(db: Db): Promise<boolean> {
  return !(await anyEvent(db)) && (await listTargetNames(db)).length === 0
}

async function addDemo(core: Core): Promise<void> {
  if ((await readDemoEvent(core.db)) !== null) return
  if (!(await isEmpty(core.db))) throw onlyWhileEmpty()
  await importFile(core, startList, {
    entity: 'entrant',
    event: demoEventName,
    map: {},
    rehearse: false,
    fileName: `${demoEventName}.csv`,
    format: 'csv',
    // Known as the demo's from the first record on, whatever ends the import.
    alongFirst: async (trx, importNo) => {
      if ((await listTargetNames(trx)).length > 0) throw onlyWhileEmpty()
      await noteDemoEvent(trx, importNo)
    },
  })
}

function onlyWhileEmpty(): ProblemError {
  return new ProblemError({
    code: 'wrong-use',
    message: 'The demo event is added only while there is no other event and no target.',
    fix: 'Open your own start list on the Desk instead.',
  })
}

async function* startList(): AsyncGenerator<Uint8Array> {
  for (const piece of startListCsv(entrants)) yield Buffer.from(piece)
}

/** All of it, or nothing. Who was not the demo's stays, without the entry in it; so does what real data use by now. */
async function removeDemo(core: Core, demo: DemoEvent): Promise<void> {
  await changeTogether(core, async (trx, change) => {
    for (const entity of ofDemoEvent) {
      for (;;) {
        const ids = await readOfDemo(trx, entity, demo, pageSize)
        if (ids.length === 0) break
        await removeAll(trx, change, { entity, ids })
      }
    }
    await forgetDemoEvent(trx)
  })
}
