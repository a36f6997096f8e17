import { openConnection } from './sqlite-connection.ts'

/**
 * Notes in a copy that is about to be restored that nobody knows any more what its targets have: what was sent after the
 * copy was made is there, and unknown here. Their next runs link before they create anything. A run that was under way
 * is not taken up: what it had listed by then says nothing now.
 *
 * A copy made before certainty was kept is told that its targets were never filled, which comes to the same.
 */
export async function loseCertainty(file: string): Promise<void> {
  const connection = await openConnection(file, { mode: 'write' })
  try {
    const columns = await connection.all<{ table: string; column: string }>(
      `select m.name as "table", c.name as "column" from sqlite_schema as m, pragma_table_info(m.name) as c
       where m.type = 'table' and m.name in ('target', 'target_scope', 'sync_step', 'hub')`,
    )
    const has = (table: string, column: string) =>
      columns.some((one) => one.table === table && one.column === column)
    if (has('target_scope', 'certain')) {
      await connection.execute('update target_scope set certain = 0')
    } else if (has('target', 'initialDone')) {
      await connection.execute('update target set initialDone = 0')
    }
    // Desks have seen what this copy does not have: their places in the former history mean nothing here.
    if (has('hub', 'epoch')) await connection.execute('delete from hub')
    if (has('sync_step', 'runId')) {
      await connection.execute(
        `update sync_run set result = 'cancelled', endedOn = startedOn where result is null`,
      )
      await connection.execute('delete from sync_step')
    }
  } finally {
    await connection.close()
  }
}
