/** `record list|get|set|delete`: scripted edits, audited like any other. */
import type { Command } from 'commander'
import { ORPCError } from '@orpc/server'
import { ProblemError, type Problem } from '../../../contract/problem.ts'
import type { AlongGroup, EntityView, RecordView } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { hiddenValue, sensitiveFields } from '../sensitive-fields.ts'
import { table } from '../table.ts'
import { entityArgument, fieldValues, pairOption, wholeNumber } from './arguments.ts'

interface ListOptions {
  readonly where?: Readonly<Record<string, string>>
  readonly search?: string
  readonly limit?: number
  readonly deleted?: boolean
}

interface DeleteOptions {
  readonly withChildren?: boolean
}

const pageSize = 1000

export function addRecordCommand(program: Command, cli: Cli): void {
  const record = program.command('record').description('reads and changes single records')

  record
    .command('list')
    .description('records of one kind')
    .argument('<entity>', 'kind of data', entityArgument)
    .option(
      '--where <name=value>',
      'only records whose field has this value (repeatable)',
      pairOption,
    )
    .option('--search <words>', 'only records that match these words')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 100_000_000))
    .option('--deleted', 'deleted records too')
    .action((entity: EntityName, options: ListOptions, command: Command) =>
      cli.withEngine(command, (around) => list(around, entity, options)),
    )

  record
    .command('get')
    .description('one record')
    .argument('<entity>', 'kind of data', entityArgument)
    .argument('<id>')
    .action((entity: EntityName, id: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async (around) => {
        await show(around, entity, await around.client.records.get({ entity, id }))
        return exitCodes.ok
      }),
    )

  record
    .command('set')
    .description('changes a record; without an ID, makes one')
    .argument('<entity>', 'kind of data', entityArgument)
    .argument('[id]')
    .option('--field <name=value>', 'value of a field, empty to clear it (repeatable)', pairOption)
    .action(
      (
        entity: EntityName,
        id: string | undefined,
        options: { readonly field?: Readonly<Record<string, string>> },
        command: Command,
      ) =>
        cli.withEngine(command, async (around) => {
          const typed = options.field ?? {}
          if (Object.keys(typed).length === 0)
            throw wrongUse('There is nothing to set', 'Name at least one --field name=value.')
          const fields = fieldValues(await describe(around, entity), typed)
          const set = await around.client.records.set({ entity, ...(id ? { id } : {}), fields })
          await show(around, entity, set)
          return exitCodes.ok
        }),
    )

  record
    .command('delete')
    .description('deletes a record; its history and what targets know of it stay')
    .argument('<entity>', 'kind of data', entityArgument)
    .argument('<id>')
    .option('--with-children', 'deletes what cannot be without it too; all of it or nothing')
    .action((entity: EntityName, id: string, options: DeleteOptions, command: Command) =>
      cli.withEngine(command, (around) => remove(around, { entity, id }, options)),
    )
}

/** Written page by page, so that a million records need no more memory than a thousand. */
async function list(
  around: EngineWork,
  entity: EntityName,
  options: ListOptions,
): Promise<ExitCode> {
  const { client, terminal, stop } = around
  const description = await describe(around, entity)
  const where = fieldValues(description, options.where ?? {})
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let after: string | null = null
  let written = 0
  do {
    const page: { records: RecordView[]; next: string | null } = await client.records.list({
      entity,
      where,
      after,
      limit: Math.min(pageSize, left),
      deleted: options.deleted ?? false,
      query: options.search ?? '',
    })
    const first = written === 0
    const text = terminal.json
      ? (first ? '{"records":[' : '') +
        page.records.map((one, at) => (first && at === 0 ? '' : ',') + JSON.stringify(one)).join('')
      : lines(page.records, first)
    if (!(await terminal.piece(text))) return exitCodes.ok
    written += page.records.length
    left -= page.records.length
    after = page.next
  } while (after !== null && left > 0 && !stop.aborted)
  await terminal.piece(terminal.json ? ']}\n' : '')
  return stop.aborted ? exitCodes.unfinished : exitCodes.ok
}

function lines(records: readonly RecordView[], withHeader: boolean): string {
  if (records.length === 0) return withHeader ? 'No records.\n' : ''
  const rows = records.map((one) => [
    one.id,
    one.display,
    one.modifiedOn,
    one.deletedOn ? 'deleted' : '',
  ])
  const text = table(['id', 'name', 'changed', ''], rows)
  return `${withHeader ? text : text.slice(text.indexOf('\n') + 1)}\n`
}

async function remove(
  around: EngineWork,
  key: { readonly entity: EntityName; readonly id: string },
  options: DeleteOptions,
): Promise<ExitCode> {
  const { client } = around
  const withChildren = options.withChildren ?? false
  const { along } = await client.records.remove({ ...key, withChildren }).catch(offerChildren)
  const gone = await client.records.get(key)
  await show(around, key.entity, gone, withChildren ? along : null)
  return exitCodes.ok
}

/** Who is refused because others need the record is told of the option that takes them along. */
function offerChildren(error: unknown): never {
  if (!(error instanceof ORPCError) || error.code !== 'PROBLEM') throw error
  const refused = error.data as Problem
  if (refused.code !== 'taken') throw error
  throw new ProblemError({
    ...refused,
    fix: 'Delete or change that one first, or add --with-children to delete what cannot be without this record too.',
  })
}

/** @param along what a deletion did to others; null where none was asked for */
async function show(
  { client, terminal }: EngineWork,
  entity: EntityName,
  record: RecordView,
  along: readonly AlongGroup[] | null = null,
): Promise<void> {
  const isSensitive = await sensitiveFields(client)
  terminal.result({ records: [record], ...(along ? { along } : {}) }, () => {
    const { targets, ...fields } = record
    const rows = Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isSensitive(entity, name) ? hiddenValue : String(value)])
    const known = Object.entries(targets).map(([name, target]) => [
      `at ${name}`,
      `${target.state}${target.remoteId === null ? '' : `, id ${target.remoteId}`}`,
    ])
    const others = (along ?? []).map((group) => [alongWords(group), group.names.join(', ')])
    return table(['field', 'value'], [...rows, ...known, ...others])
  })
}

function alongWords({ entity, action, field, count }: AlongGroup): string {
  return action === 'deleted'
    ? `${count} ${entity} deleted too`
    : `${count} ${entity} kept, ${field ?? ''} cleared`
}

async function describe({ client }: EngineWork, entity: EntityName): Promise<EntityView> {
  const found = (await client.model.entities()).find(({ name }) => name === entity)
  if (!found) throw new Error(`The engine does not describe ${entity}`)
  return found
}
